import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { cellMappingItem, instanceMappingItem } from '#records/items/mapping';
import { allPages } from '#records/all-pages';
import { cellOfInstance } from '#records/instance-cell';
import { CELL0_UUID, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import type { Cell } from '#records/method';
import { ALL_CELLS } from '#records/methods/mappings';

/** A server that an API has recorded before it asked for its build, and where. */
export interface ExistingInstance {
  readonly uuid: string;
  readonly cell: Cell;
  readonly item: Item;
}

/**
 * Finds the records of servers, whose mappings may name no cell yet: in the cell of the mapping, else in any cell. In
 * one request for a hundred records; a server that is recorded nowhere is left out.
 */
export async function existingInstances(
  services: Pick<Services, 'tables'>,
  uuids: readonly string[],
): Promise<ExistingInstance[]> {
  const [cells, mappings] = await Promise.all([
    allCells(services),
    services.tables.batchGet(uuids.map((uuid) => ({ table: MAPPINGS, key: instanceMappingKey(uuid) }))),
  ]);
  const places = uuids.flatMap((uuid, at) => {
    const mapping = mappings[at];
    const mapped = mapping === undefined ? null : instanceMappingItem(mapping).cell;
    return cells.filter(({ name }) => mapped === null || name === mapped).map((cell) => ({ uuid, cell }));
  });
  const items = await services.tables.batchGet(
    places.map(({ uuid, cell }) => ({ table: cellTable(cell.name), key: instanceKey(uuid) })),
  );
  return places.flatMap((place, at) => {
    const item = items[at];
    return item === undefined ? [] : [{ ...place, item }];
  });
}

/**
 * The name of the cell in which a server lies: the one that it is mapped to, or else the one that has its record. A
 * server whose host was mapped to no cell has no mapping (nova.conductor.manager `build_instances`).
 */
export async function cellOfRecord(services: Pick<Services, 'tables'>, uuid: string): Promise<string | undefined> {
  const mapped = await cellOfInstance(services, uuid);
  if (mapped !== undefined) return mapped;
  const [found] = await existingInstances(services, [uuid]);
  return found?.cell.name;
}

/** Every cell that has hosts. */
export async function allCells({ tables }: Pick<Services, 'tables'>): Promise<Cell[]> {
  const items = await allPages(tables, MAPPINGS, { index: 'by-cell', partition: ALL_CELLS });
  return items
    .map(cellMappingItem)
    .flatMap(({ name, uuid }) => (name !== null && uuid !== null && uuid !== CELL0_UUID ? [{ name, uuid }] : []));
}
