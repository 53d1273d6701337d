import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';
import { finiteNumber, nonEmptyText } from './read.ts';

/** Reads the mapping of a server. */
export function instanceMappingItem(item: Attributes) {
  return {
    instance_uuid: nonEmptyText(item['instance_uuid']),
    /** Name of the cell; null while the server is still being scheduled. */
    cell: nonEmptyText(item['cell']),
    cell_uuid: nonEmptyText(item['cell_uuid']),
    created_at: nonEmptyText(item['created_at']),
  };
}

/** Reads the mapping of a host. */
export function hostMappingItem(item: Attributes) {
  return {
    host: nonEmptyText(item['host']),
    cell: nonEmptyText(item['cell']),
    cell_uuid: nonEmptyText(item['cell_uuid']),
    /** Principals that may speak for the host. */
    principals: textsOf(item['principals']),
  };
}

/** Reads the mapping of a cell. */
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
