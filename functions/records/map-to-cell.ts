import type { Action } from '#ports/tables';
import { instanceMappingKey, MAPPINGS } from './keys.ts';
import type { Cell } from './method.ts';

/** The write that maps a server to its cell; a mapping that is missing is made, so that the server can be found. */
export const mapToCell = (uuid: string, cell: Cell, project: string | null, now: string): Action => ({
  kind: 'update',
  table: MAPPINGS,
  key: instanceMappingKey(uuid),
  update: {
    set: {
      instance_uuid: uuid,
      project_id: project,
      cell: cell.name,
      cell_uuid: cell.uuid,
      updated_at: now,
      by_cell: cell.uuid,
      by_cell_sort: `instance#${uuid}`,
      by_project: String(project),
      by_project_sort: `instance#${uuid}`,
    },
  },
});
