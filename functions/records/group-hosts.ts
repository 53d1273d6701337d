import { UnsupportedPolicyException } from '#errors';
import { decideGroupPolicy } from '#conductor/group-policy';
import type { JsonMap, WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { DEFAULT_SETTINGS } from '#scheduler/settings';
import { fieldsOf, textOf, wireOf } from './reading.ts';
import { API, cellTable, groupKey, instanceKey, instanceMappingKey, MAPPINGS } from './keys.ts';

/**
 * Sets up the server group of a request spec: its policies, members, and the hosts of its live members joined to those
 * already known (conductor.md section 8.6). A spec without a group, or whose group is gone, stays as it is.
 *
 * @throws UnsupportedPolicyException naming the filter or weigher that is not configured
 */
export async function groupedSpec(
  services: Pick<Services, 'tables' | 'config'>,
  spec: WireObject,
): Promise<WireObject> {
  const data = spec['nova_object.data'];
  const group = wireOf(data['instance_group']);
  const uuid = textOf(fieldsOf(group)['uuid']);
  if (group === undefined || uuid === undefined) return spec;
  const { items } = await services.tables.query(API, { partition: groupKey(uuid).pk, consistent: true });
  const stored = items.find(({ sk }) => sk === 'group');
  if (stored === undefined || stored['deleted'] === true) return spec;
  const policies = textList(stored['policies']) ?? textList(stored['policy']) ?? [];
  const decision = decideGroupPolicy(policies, {
    enabledFilters: services.config.enabledFilters ?? DEFAULT_SETTINGS.enabledFilters,
    weightClasses: services.config.weightClasses,
  });
  if (decision.kind === 'no-scheduling-policy') return spec;
  if (decision.kind === 'unsupported') throw new UnsupportedPolicyException({ reason: decision.reason });

  const members = items.flatMap(({ sk }) => (sk.startsWith('member#') ? [sk.slice('member#'.length)] : []));
  const known = textList(group['nova_object.data']['hosts']) ?? [];
  const hosts = [...new Set([...known, ...(await liveHosts(services, members))])];
  const fields: JsonMap = { ...group['nova_object.data'], hosts, members };
  const grouped: WireObject = { ...group, 'nova_object.data': fields };
  return { ...spec, 'nova_object.data': { ...data, instance_group: grouped } };
}

/** The hosts of the members that are live and on one. */
export async function liveHosts(services: Pick<Services, 'tables'>, members: readonly string[]): Promise<string[]> {
  const mappings = await services.tables.batchGet(
    members.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) })),
  );
  const keys = mappings.flatMap((mapping) =>
    typeof mapping?.['cell'] === 'string'
      ? [{ table: cellTable(mapping['cell']), key: instanceKey(textOf(mapping['instance_uuid']) ?? '') }]
      : [],
  );
  const instances = await services.tables.batchGet(keys);
  const live = instances.filter((item): item is Item => item !== undefined && item['deleted'] !== true);
  return live.flatMap(({ host }) => (typeof host === 'string' ? [host] : []));
}

/** A list of texts; one text counts as a list of it. */
function textList(value: unknown): string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : undefined;
}
