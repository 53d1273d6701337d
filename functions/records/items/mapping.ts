import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';
import { numberOrNull, textOrNull } from './read.ts';

/** Reads the mapping of a server. */
export function instanceMappingItem(item: Attributes) {
  return {
    instance_uuid: textOrNull(item['instance_uuid']),
    /** Name of the cell; null while the server is still being scheduled. */
    cell: textOrNull(item['cell']),
    cell_uuid: textOrNull(item['cell_uuid']),
    created_at: textOrNull(item['created_at']),
  };
}

/** Reads the mapping of a host. */
export function hostMappingItem(item: Attributes) {
  return {
    host: textOrNull(item['host']),
    cell: textOrNull(item['cell']),
    cell_uuid: textOrNull(item['cell_uuid']),
    /** Principals that may speak for the host. */
    principals: textsOf(item['principals']),
  };
}

/** Reads the mapping of a cell. */
export function cellMappingItem(item: Attributes) {
  return {
    id: numberOrNull(item['id']),
    uuid: textOrNull(item['uuid']),
    name: textOrNull(item['name']),
    disabled: item['disabled'] === true,
    transport_url: textOrNull(item['transport_url']),
    database_connection: textOrNull(item['database_connection']),
  };
}
