import { fieldsOf, mapOf, textsOf } from '#wire/reading';
import { edited, ofType, without, type Edit } from './edit-json.ts';
import type { RecordedTask, SentMessage } from './recorded-task.ts';

/*
 * Documented differences of what is sent of moves across cells; each is a row of docs/parity.md under the name that is
 * noted here.
 */

/** An edit under the name of its row. */
type Named = readonly [name: string, edit: Edit];

/** Whether two cells take part in the request. */
export const isCrossing = ({ steps }: RecordedTask): boolean =>
  steps.some((step) => step.kind === 'sent' && step.method.includes('_snapshot_based_resize_at_'));

/** Orders that carry the copy of a server. */
const WITH_COPY = /^(prep|finish)_snapshot_based_resize_at_dest$/;

/** An Instance without fields, and without their marks. */
const ofInstance =
  (names: readonly string[]): Edit =>
  (map) => {
    if (map['nova_object.name'] !== 'Instance') return map;
    const marks = textsOf(map['nova_object.changes']).filter((name) => !names.includes(name));
    return {
      ...without(map, ['nova_object.changes']),
      'nova_object.data': without(fieldsOf(map), names),
      ...(marks.length > 0 ? { 'nova_object.changes': marks } : {}),
    };
  };

/** `marks of migration contexts`: Nova sends the context with the marks that the answer had, ours as it is stored. */
const withoutContextMarks: Edit = (map) => {
  if (map['nova_object.name'] !== 'Instance') return map;
  const { migration_context = null } = fieldsOf(map);
  const stored = edited(migration_context, (each) => without(each, ['nova_object.changes']));
  const unmarked = ofInstance(['migration_context'])(map);
  return { ...unmarked, 'nova_object.data': { ...fieldsOf(unmarked), migration_context: stored } };
};

/** What is not compared of an order of a move across cells. */
export function crossingEdits(recorded: RecordedTask, { method, args }: SentMessage): readonly Named[] {
  if (!isCrossing(recorded)) return [];
  const instance = fieldsOf(args['instance']);
  // Nova 26 loses the key pairs, and says nothing of them.
  const lost: readonly Named[] = 'keypairs' in instance ? [] : [['key pairs of copies', ofInstance(['keypairs'])]];
  if (method === 'prep_snapshot_based_resize_at_source')
    return [
      ['marks of migration contexts', withoutContextMarks],
      ['heartbeats', ofType('Service', (data) => without(data, ['report_count', 'last_seen_up', 'updated_at']))],
      ...lost,
    ];
  return WITH_COPY.test(method) ? [...ofCopy(recorded, args), ...lost] : [];
}

function ofCopy(recorded: RecordedTask, args: SentMessage['args']): readonly Named[] {
  const instance = fieldsOf(args['instance']);
  const { updated_at } = fieldsOf(mapOf(recorded.message['args'])['instance']);
  const isAsAsked = instance['updated_at'] === updated_at;
  return [
    ['times of copies', ofType('InstanceInfoCache', (data) => without(data, ['created_at', 'updated_at']))],
    ...(isAsAsked ? [['times of copies', ofInstance(['updated_at'])] as const] : []),
    ['ids of copies', ofType('Migration', (data) => without(data, ['id']))],
    ['contexts of copies', ofInstance(['migration_context'])],
    ...(instance['pci_devices'] === null ? [['devices of copies', ofInstance(['pci_devices'])] as const] : []),
  ];
}
