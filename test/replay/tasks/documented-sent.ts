import type { Json, JsonMap } from '#ports/json';
import { fieldsOf, listOf, mapOf, textsOf } from '#wire/reading';
import { differencesOf } from '../compare.ts';
import { note } from '../normalise.ts';
import { crossingEdits } from './documented-crossings.ts';
import { isWindow } from './documented-effects.ts';
import { withGroupOfCell } from './documented-groups.ts';
import { isIncomplete, isMove, isReschedule, withoutMarks, withTriesOf, withoutProviders } from './documented-moves.ts';
import { edited, ofType, without, type Edit } from './edit-json.ts';
import type { RecordedTask, SentMessage } from './recorded-task.ts';

/*
 * Documented differences of messages; each is a row of docs/parity.md under the name that is noted here.
 */

/** `ec2 image ids`: Nova numbers images as it meets them; ours are drawn from the image's uuid. */
export const withoutImageIds: Edit = ofType('EC2Ids', (data) => without(data, ['ami_id', 'kernel_id', 'ramdisk_id']));

const SETS: Readonly<Record<string, readonly string[]>> = {
  InstanceGroup: ['hosts', 'members'],
};

const LEGACY_SETS = ['group_hosts', 'group_members', 'group_policies'];

/** `unordered sets`: the hosts and members of a server group come in any order. */
const withSortedSets: Edit = (map) => {
  const names = map['group_updated'] === undefined ? [] : LEGACY_SETS;
  const legacy = sortedAt(map, names);
  const type = legacy['nova_object.name'];
  const data = mapOf(legacy['nova_object.data']);
  const sets = typeof type === 'string' ? (SETS[type] ?? []) : [];
  return sets.length === 0 ? legacy : { ...legacy, 'nova_object.data': sortedAt(data, sets) };
};

function sortedAt(map: JsonMap, names: readonly string[]): JsonMap {
  const sorted = names.flatMap((name): [string, Json][] => {
    const list = map[name];
    return Array.isArray(list)
      ? [[name, list.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))]]
      : [];
  });
  return { ...map, ...Object.fromEntries(sorted) };
}

/** `traceback of the last host`: how a host failed is not sent to the next one. */
const withoutTraceback: Edit = (map) => {
  const retry = mapOf(map['retry']);
  return retry['exc'] === undefined ? map : { ...map, retry: without(retry, ['exc']) };
};

/** `generated ids`: a server that is deleted while it is scheduled gets an id and numbers with us, none with Nova. */
const withoutGenerated: Edit = (map) =>
  [
    ofType('Instance', (data) => without(data, ['id'])),
    ofType('EC2Ids', (data) => without(data, ['instance_id'])),
    ofType('BlockDeviceMapping', (data) => without(data, ['id', 'uuid'])),
  ].reduce((edited_, edit) => edit(edited_), map);

/**
 * `tries of unshelving`: tries are counted as in 2018 (nova.conductor.manager `unshelve_instance`), where Nova has
 * stopped to.
 */
const withoutRetry: Edit = (map) => (map['filter_properties'] === undefined ? map : withoutTries(map));

const withoutTries: Edit = (map) => ({
  ...map,
  filter_properties: without(mapOf(map['filter_properties']), ['retry']),
});

/** `limits of live migrations`: Nova 26 asks a destination without the limits of its selection, Nova 34 with them. */
const withoutLimits: Edit = (map) => (map['block_migration'] === undefined ? map : without(map, ['limits']));

/** `image times`: Nova 26 writes an image's times with their zone, Nova 34 with their microseconds; ours as 26. */
const withPlainTimes: Edit = (map) =>
  map['min_ram'] === undefined
    ? map
    : Object.fromEntries(
        Object.entries(map).map(([name, value]) => [
          name,
          name.endsWith('_at') && typeof value === 'string' ? value.slice(0, 19) : value,
        ]),
      );

/** `migration contexts of new servers`: a build order says since Nova 28 that there is none. */
const withoutContext: Edit = ofType('Instance', (data) =>
  data['migration_context'] === null ? without(data, ['migration_context']) : data,
);

/**
 * `level params of unified limits`: counting by unified limits has Nova fill in what a request leaves open before it is
 * sent; ours sends it as it came.
 */
const withoutOpenParams: Edit = (map) => {
  const params = mapOf(mapOf(map['nova_object.data'])['request_level_params']);
  const values = Object.values(fieldsOf(params));
  if (values.length === 0 || values.some((value) => listOf(value).length > 0)) return map;
  note('level params of unified limits');
  return {
    ...map,
    'nova_object.data': {
      ...mapOf(map['nova_object.data']),
      request_level_params: { ...without(params, ['nova_object.changes']), 'nova_object.data': {} },
    },
    'nova_object.changes': textsOf(map['nova_object.changes']).filter((name) => name !== 'request_level_params'),
  };
};

/** Whether a request spec leaves its level params open. */
const isOpen = (spec: Json | undefined): boolean =>
  Object.keys(fieldsOf(fieldsOf(spec)['request_level_params'])).length === 0;

/** Both messages as they are compared. */
export function sentAsRecorded(
  recorded: RecordedTask,
  theirs: SentMessage,
  ours: SentMessage,
): [SentMessage, SentMessage] {
  let [left, right]: [Json, Json] = [withoutProviders(recorded, theirs), ours.args];
  const apply = (name: string, edit: Edit): void => {
    const [one, other] = [edited(left, edit), edited(right, edit)];
    if (differencesOf(one, other, undefined).length < differencesOf(left, right, undefined).length) note(name);
    [left, right] = [one, other];
  };
  apply('ec2 image ids', withoutImageIds);
  apply('unordered sets', withSortedSets);
  apply('traceback of the last host', withoutTraceback);
  if (recorded.method === 'unshelve_instance') apply('tries of unshelving', withoutRetry);
  if (recorded.method === 'unshelve_instance') apply('image times', withPlainTimes);
  if (isMove(recorded) && isIncomplete(recorded)) apply('marks of completed specs', withoutMarks);
  if (theirs.method === 'build_and_run_instance' && !('migration_context' in fieldsOf(theirs.args['instance'])))
    apply('migration contexts of new servers', withoutContext);
  if (theirs.method === 'check_can_live_migrate_destination' && theirs.args['limits'] === null)
    apply('limits of live migrations', withoutLimits);
  if (theirs.method === 'build_and_run_instance' && isOpen(ours.args['request_spec']))
    left = edited(left, withoutOpenParams);
  if (theirs.method === 'prep_resize' && isReschedule(recorded)) right = withTriesOf(left, right);
  for (const [name, edit] of crossingEdits(recorded, theirs)) apply(name, edit);
  if (theirs.method === 'select_destinations') right = withGroupOfCell(recorded, left, right);
  if (isWindow(recorded)) apply('generated ids', withoutGenerated);

  return [
    { ...theirs, args: mapOf(left) },
    { ...ours, args: mapOf(right) },
  ];
}
