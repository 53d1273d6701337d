import { UnsupportedPolicyException } from '#errors';
import { decideGroupPolicy } from '#conductor/group-policy';
import type { JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { DEFAULT_SETTINGS } from '#scheduler/settings';
import { fieldsOf, textOf, textsOf, wireOf } from '#wire/reading';
import { API, cellTable, groupKey, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { instanceItem } from '#records/items/instance';
import { instanceMappingItem } from '#records/items/mapping';
import { groupItem, groupMemberItem } from '#records/items/group';

/**
 * Sets up the server group of a request spec: its policies, members, and the hosts of its live members joined to those
 * already known (nova.scheduler.utils `setup_instance_group`). A spec without a group, or whose group is gone, or of no
 * server, stays as it is.
 *
 * @throws UnsupportedPolicyException naming the filter or weigher that is not configured
 */
export async function groupedSpec(
  services: Pick<Services, 'tables' | 'config'>,
  spec: WireObject,
): Promise<WireObject> {
  const group = groupOf(spec);
  const uuid = textOf(fieldsOf(group)['uuid']);
  if (group === undefined || uuid === undefined || spec['nova_object.data']['instance_uuid'] === null) return spec;
  const { items } = await services.tables.query(API, { partition: groupKey(uuid).pk, consistent: true });
  const stored = items.find(({ sk }) => sk === 'group');
  if (stored === undefined || groupItem(stored).deleted) return spec;
  const { policies } = groupItem(stored);
  const decision = decideGroupPolicy(policies, {
    enabledFilters: services.config.enabledFilters ?? DEFAULT_SETTINGS.enabledFilters,
    weightClasses: services.config.weightClasses,
  });
  if (decision.kind === 'no-scheduling-policy') return spec;
  if (decision.kind === 'unsupported') throw new UnsupportedPolicyException({ reason: decision.reason });

  const members = items
    .filter(({ sk }) => sk.startsWith('member#'))
    .toSorted((a, b) => groupMemberItem(a).id - groupMemberItem(b).id)
    .map(({ sk }) => sk.slice('member#'.length));
  const known = textList(group['nova_object.data']['hosts']) ?? [];
  const hosts = [...new Set([...known, ...(await liveHosts(services, members))])];
  const [policy = null] = policies;
  const fields: JsonMap = { ...group['nova_object.data'], hosts, members, policy };
  return specWithGroup(spec, marked({ ...group, 'nova_object.data': fields }, ['hosts', 'members', 'policy']));
}

/** A request spec with another group in it, which counts as changed when the group has changes. */
export function specWithGroup(spec: WireObject, group: WireObject): WireObject {
  const grouped: WireObject = { ...spec, 'nova_object.data': { ...spec['nova_object.data'], instance_group: group } };
  return textsOf(group['nova_object.changes']).length > 0 ? marked(grouped, ['instance_group']) : grouped;
}

/** The group of a request spec. */
export const groupOf = (spec: WireObject): WireObject | undefined => wireOf(spec['nova_object.data']['instance_group']);

/**
 * A request spec whose group names its hosts. An API sends the group as it was when the server was asked for, without
 * hosts; whoever reads them in Nova's place loads those of the members that the group had then.
 */
export async function hostedSpec(services: Pick<Services, 'tables'>, spec: WireObject): Promise<WireObject> {
  const group = groupOf(spec);
  if (group === undefined || fieldsOf(group)['hosts'] !== undefined) return spec;
  const hosts = [...new Set(await liveHosts(services, textsOf(fieldsOf(group)['members'])))];
  return specWithGroup(spec, { ...group, 'nova_object.data': { ...group['nova_object.data'], hosts } });
}

function marked(object: WireObject, names: readonly string[]): WireObject {
  const changes = new Set([...textsOf(object['nova_object.changes']), ...names]);
  return { ...object, 'nova_object.changes': [...changes] };
}

/** The hosts of the members that are live and on one. */
async function liveHosts(services: Pick<Services, 'tables'>, members: readonly string[]): Promise<string[]> {
  const mappings = await services.tables.batchGet(
    members.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) })),
  );
  const keys = mappings.flatMap((mapping) => {
    const { cell, instance_uuid } = instanceMappingItem(mapping ?? {});
    return cell === null ? [] : [{ table: cellTable(cell), key: instanceKey(instance_uuid ?? '') }];
  });
  const instances = (await services.tables.batchGet(keys)).flatMap((item) => (item ? [instanceItem(item)] : []));
  return instances.flatMap(({ host, deleted }) => (host === null || deleted ? [] : [host]));
}

/** A list of texts; one text counts as a list of it. */
function textList(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : undefined;
}
