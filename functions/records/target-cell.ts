import { CellMappingNotFound, InstanceMappingNotFound } from '#errors';
import { CellMapping } from '#objects/mapping/cell-mapping';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import { cellMappingKey, instanceMappingKey, MAPPINGS } from './keys.ts';
import type { Cell } from './method.ts';
import { loadObject } from './stored-object.ts';
import { instanceMappingItem } from '#records/items/mapping';

/**
 * The cell that a request about a server is targeted at (nova.conductor.manager `targets_cell`).
 *
 * @throws InstanceMappingNotFound also for a mapping without a cell: nothing of the server could be reached
 */
export async function targetCellOf(services: Pick<Services, 'tables'>, uuid: string): Promise<Cell> {
  const mapping = await services.tables.get(MAPPINGS, instanceMappingKey(uuid));
  const { cell = null, cell_uuid = null } = mapping === undefined ? {} : instanceMappingItem(mapping);
  if (cell === null) throw new InstanceMappingNotFound({ uuid });
  return { name: cell, uuid: cell_uuid ?? '' };
}

/** The same; undefined for a server that is mapped to no cell. */
export async function mappedCell(services: Pick<Services, 'tables'>, uuid: string): Promise<Cell | undefined> {
  try {
    return await targetCellOf(services, uuid);
  } catch (error) {
    if (error instanceof InstanceMappingNotFound) return undefined;
    throw error;
  }
}

/**
 * A cell as an object, for a request that must stay in it.
 *
 * @throws CellMappingNotFound
 */
export async function cellMappingOf(services: Pick<Services, 'tables'>, uuid: string): Promise<WireObject> {
  const item = await services.tables.get(MAPPINGS, cellMappingKey(uuid), { consistent: false });
  if (item === undefined) throw new CellMappingNotFound({ uuid });
  return loadObject(CellMapping, item).toPrimitive();
}
