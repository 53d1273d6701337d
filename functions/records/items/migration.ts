import type { Attributes } from '#ports/tables';
import { numberOrNull, textOrNull } from './read.ts';

/** A move of a server as it lies in its cell's table. */
export type MigrationItem = ReturnType<typeof migrationItem>;

/** Reads a migration's item. */
export function migrationItem(item: Attributes) {
  return {
    id: numberOrNull(item['id']),
    uuid: textOrNull(item['uuid']) ?? '',
    instance_uuid: textOrNull(item['instance_uuid']) ?? '',
    migration_type: textOrNull(item['migration_type']) ?? '',
    status: textOrNull(item['status']) ?? '',
    source_compute: textOrNull(item['source_compute']),
    source_node: textOrNull(item['source_node']),
    dest_compute: textOrNull(item['dest_compute']),
    dest_node: textOrNull(item['dest_node']),
    old_instance_type_id: numberOrNull(item['old_instance_type_id']),
    new_instance_type_id: numberOrNull(item['new_instance_type_id']),
    created_at: textOrNull(item['created_at']),
    updated_at: textOrNull(item['updated_at']),
    deleted: item['deleted'] === true,
  };
}
