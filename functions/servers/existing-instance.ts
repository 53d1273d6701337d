import { buildSettled } from '#conductor/settled';
import { all, equals, exists, not, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { hasInfoCache } from '#records/instance-item';
import { CELL0_UUID, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { ALL_CELLS } from '#records/methods/mappings';
import type { Cell } from '#records/method';
import { operationNames, operationState } from '#records/operation';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { cellMappingItem, instanceMappingItem } from '#records/items/mapping';
import type { InfoCacheItem } from '#records/items/info-cache';

const LAUNCH = operationNames('launch');

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

/** Every cell that has hosts. */
async function allCells({ tables }: Pick<Services, 'tables'>): Promise<Cell[]> {
  const items = await allPages(tables, MAPPINGS, { index: 'by-cell', partition: ALL_CELLS });
  return items
    .map(cellMappingItem)
    .flatMap(({ name, uuid }) => (name !== null && uuid !== null && uuid !== CELL0_UUID ? [{ name, uuid }] : []));
}

/** Whether an execution has begun to build a record. */
export const isOwned = (item: Item): boolean => operationState(item, 'launch').owner !== null;

/** Whether a record waits for its first build: nobody has begun one, and it did not vanish half-way. */
export const awaitsBuild = (item: Item): boolean =>
  buildSettled(instanceItem(item)) === undefined && hasInfoCache(item) && !isOwned(item);

/** The same as the condition of a write. */
export const AWAITS_BUILD: Condition = all(
  exists,
  equals<InstanceItem>('deleted', false),
  equals<InstanceItem>('vm_state', 'building'),
  equals(LAUNCH.owner, null),
  not(equals<InfoCacheItem>('network_info', null)),
);

/** Whether a host has built the server for this execution: whatever fails of ours afterwards changes nothing of it. */
export const isBuiltBy = (item: Item, execution: string): boolean =>
  operationState(item, 'launch').owner === execution && buildSettled(instanceItem(item)) === 'active';
