import type { Attributes } from '#ports/tables';
import { finiteNumber, nonEmptyText } from './read.ts';

/** A move of a server as it lies in its cell's table. */
export type MigrationItem = ReturnType<typeof migrationItem>;

/** Reads a migration's item; times are `YYYY-MM-DDTHH:MM:SSZ`. */
export function migrationItem(item: Attributes) {
  return {
    id: finiteNumber(item['id']),
    uuid: nonEmptyText(item['uuid']) ?? '',
    instance_uuid: nonEmptyText(item['instance_uuid']) ?? '',
    migration_type: nonEmptyText(item['migration_type']) ?? '',
    status: nonEmptyText(item['status']) ?? '',
    source_compute: nonEmptyText(item['source_compute']),
    source_node: nonEmptyText(item['source_node']),
    dest_compute: nonEmptyText(item['dest_compute']),
    dest_node: nonEmptyText(item['dest_node']),
    old_instance_type_id: finiteNumber(item['old_instance_type_id']),
    new_instance_type_id: finiteNumber(item['new_instance_type_id']),
    created_at: nonEmptyText(item['created_at']),
    updated_at: nonEmptyText(item['updated_at']),
    /** Whether it leaves its cell. */
    cross_cell_move: item['cross_cell_move'] === true,
    deleted: item['deleted'] === true,
  };
}

/** Reads the item that leads from a migration's id or uuid to its record. */
export const migrationPointerItem = (item: Attributes) => ({
  uuid: nonEmptyText(item['uuid']) ?? '',
  instance_uuid: nonEmptyText(item['instance_uuid']) ?? '',
});
