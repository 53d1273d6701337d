import { all, any, equals, exists } from '#ports/conditions';
import type { Action, AttributesOf } from '#ports/tables';
import { instanceMappingKey, MAPPINGS, projectPartition } from '#records/keys';
import type { Cell } from '#records/method';
import type { InstanceMappingItem } from '#records/items/mapping';

/**
 * The write that maps a server to its cell; a mapping that is missing is made, so that the server can be found. One
 * that names another cell is another server's of the same uuid: the write is refused.
 */
export const mapToCell = (uuid: string, cell: Cell, project: string | null, now: string): Action => ({
  kind: 'update',
  table: MAPPINGS,
  key: instanceMappingKey(uuid),
  condition: any(equals<InstanceMappingItem>('cell', null), equals<InstanceMappingItem>('cell', cell.name)),
  update: {
    set: {
      instance_uuid: uuid,
      project_id: project,
      cell: cell.name,
      cell_uuid: cell.uuid,
      updated_at: now,
      by_cell: cell.uuid,
      by_cell_sort: `instance#${uuid}`,
      by_project: projectPartition(project),
      by_project_sort: `instance#${uuid}`,
    } satisfies AttributesOf<InstanceMappingItem>,
  },
});

/** The same for a mapping that is there: of a server that has none, none is made. */
export const mapExisting = (uuid: string, cell: Cell, project: string | null, now: string): Action => ({
  ...mapToCell(uuid, cell, project, now),
  condition: all(
    exists,
    any(equals<InstanceMappingItem>('cell', null), equals<InstanceMappingItem>('cell', cell.name)),
  ),
});
