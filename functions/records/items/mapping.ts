import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** The mapping of a server: which cell it is in. */
export type InstanceMappingItem = ReturnType<typeof instanceMappingItem>;

/** Reads the mapping of a server. */
export function instanceMappingItem(item: Attributes) {
  return {
    instance_uuid: nonEmptyText(item['instance_uuid']),
    project_id: nonEmptyText(item['project_id']),
    user_id: nonEmptyText(item['user_id']),
    /** Name of the cell; null while the server is still being scheduled. */
    cell: nonEmptyText(item['cell']),
    cell_uuid: nonEmptyText(item['cell_uuid']),
    queued_for_delete: item['queued_for_delete'] === true,
    created_at: nonEmptyText(item['created_at']),
  };
}

/** The mapping of a host. */
export type HostMappingItem = ReturnType<typeof hostMappingItem>;

/** Reads the mapping of a host: which cell it is in, and who speaks for it. */
export function hostMappingItem(item: Attributes) {
  return {
    host: nonEmptyText(item['host']),
    cell: nonEmptyText(item['cell']),
    cell_uuid: nonEmptyText(item['cell_uuid']),
    /** Principals that may speak for the host. */
    principals: textsOf(item['principals']),
  };
}

/** The mapping of a cell. */
export type CellMappingItem = ReturnType<typeof cellMappingItem>;

/** Reads the mapping of a cell: what it is called. */
export function cellMappingItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
    uuid: nonEmptyText(item['uuid']),
    name: nonEmptyText(item['name']),
    disabled: item['disabled'] === true,
    transport_url: nonEmptyText(item['transport_url']),
    database_connection: nonEmptyText(item['database_connection']),
  };
}
