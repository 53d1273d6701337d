import type { Json } from '#ports/json';
import type { Attributes, Item } from '#ports/tables';
import {
  aggregateKey,
  buildRequestKey,
  cellMappingKey,
  groupKey,
  groupMemberKey,
  groupOfInstanceKey,
  hostMappingKey,
  instanceMappingKey,
  projectPartition,
  requestSpecKey,
  requestPartition,
} from '#records/keys';
import { ALL_CELLS } from '#records/methods/mappings';
import { columns, document, text, time, truth } from '../row-values.ts';
import type { Row, SqlState } from '../sql-state.ts';

const times = (row: Row): Attributes => ({ created_at: time(row['created_at']), updated_at: time(row['updated_at']) });

/** What a mapping stores of its cell. */
function cellOf(state: SqlState, id: Json | undefined, sort: string): Attributes {
  const cell = state.rows('api', 'cell_mappings').find((row) => row['id'] === id);
  if (cell === undefined) return { cell: null };
  const uuid = text(cell['uuid']);
  return { cell: cell['name'] ?? null, cell_uuid: uuid, by_cell: uuid, by_cell_sort: sort };
}

/** A row of `cell_mappings`. */
export const cellMappingItem = (row: Row): Item => ({
  ...cellMappingKey(text(row['uuid'])),
  ...columns(row, ['id', 'uuid', 'name', 'transport_url', 'database_connection']),
  disabled: truth(row['disabled']),
  ...times(row),
  by_cell: ALL_CELLS,
  by_cell_sort: text(row['uuid']),
});

/** A row of `aggregates` with its hosts and metadata. */
export function aggregateItem(state: SqlState, row: Row): Item {
  const own = (table: string): readonly Row[] =>
    state.rows('api', table).filter((each) => each['aggregate_id'] === row['id']);
  return {
    ...aggregateKey(Number(row['id'])),
    ...columns(row, ['id', 'uuid', 'name']),
    hosts: own('aggregate_hosts').map(({ host = null }) => host),
    metadata: Object.fromEntries(own('aggregate_metadata').map(({ key = '', value = null }) => [text(key), value])),
    ...times(row),
    deleted_at: null,
    deleted: false,
  };
}

/** A row of `host_mappings`. */
export const hostMappingItem = (state: SqlState, row: Row): Item => ({
  ...hostMappingKey(text(row['host'])),
  ...columns(row, ['id', 'host']),
  ...cellOf(state, row['cell_id'], `host#${text(row['host'])}`),
  ...times(row),
});

/** A row of `instance_mappings`. */
export function instanceMappingItem(state: SqlState, row: Row): Item {
  const uuid = text(row['instance_uuid']);
  return {
    ...instanceMappingKey(uuid),
    ...columns(row, ['id', 'instance_uuid', 'project_id', 'user_id']),
    queued_for_delete: truth(row['queued_for_delete']),
    ...cellOf(state, row['cell_id'], `instance#${uuid}`),
    ...times(row),
    by_project: projectPartition(text(row['project_id'])),
    by_project_sort: `instance#${uuid}`,
  };
}

/** A row of `build_requests`. */
export function buildRequestItem(row: Row): Item {
  const uuid = text(row['instance_uuid']);
  return {
    ...buildRequestKey(uuid),
    ...columns(row, ['id', 'instance_uuid', 'project_id']),
    instance: document(row['instance']),
    block_device_mappings: document(row['block_device_mappings']),
    tags: document(row['tags']),
    ...times(row),
    by_project: requestPartition(text(row['project_id']), uuid),
    by_project_sort: `instance#${uuid}`,
  };
}

/** A row of `request_specs`. */
export const requestSpecItem = (row: Row): Item => ({
  ...requestSpecKey(text(row['instance_uuid'])),
  ...columns(row, ['id', 'instance_uuid']),
  spec: document(row['spec']),
  ...times(row),
});

/** A row of `instance_groups` with its policy and its members. */
export function groupItems(state: SqlState, row: Row): Item[] {
  const uuid = text(row['uuid']);
  const own = (table: string): readonly Row[] =>
    state.rows('api', table).filter((each) => each['group_id'] === row['id']);
  const [policy] = own('instance_group_policy');
  const name = policy?.['policy'] ?? null;
  const group: Item = {
    ...groupKey(uuid),
    ...columns(row, ['id', 'uuid', 'user_id', 'project_id', 'name']),
    policy: name,
    policies: name === null ? [] : [name],
    _rules: document(policy?.['rules']) ?? {},
    ...times(row),
    deleted_at: null,
    deleted: false,
    by_project: projectPartition(text(row['project_id'])),
    by_project_sort: `group#${uuid}`,
  };
  const members = own('instance_group_member').flatMap((member): Item[] => {
    const instance = text(member['instance_uuid']);
    return [
      { ...groupMemberKey(uuid, instance), instance_uuid: instance, id: member['id'] ?? null },
      { ...groupOfInstanceKey(instance), group_uuid: uuid },
    ];
  });
  return [group, ...members];
}
