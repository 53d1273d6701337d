import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { endMigrations } from '#operations/end-migration';
import { deleteHidden } from '#records/copies/delete-hidden';
import { instanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import type { Cell } from '#records/method';
import { hostsOf, IS_HIDDEN } from '#records/operation';
import { orderDeletion, ownContext, type DeletionServices } from './order-deletion.ts';

/** Whether any of these cells shows the server of a hidden copy. */
export async function isShownIn(
  { tables }: Pick<Services, 'tables'>,
  uuid: string,
  cells: readonly Pick<Cell, 'name'>[],
): Promise<boolean> {
  const found = await tables.batchGet(cells.map(({ name }) => ({ table: cellTable(name), key: instanceKey(uuid) })));
  return found.some((item) => {
    if (item === undefined) return false;
    const { deleted, hidden } = instanceItem(item);
    return !deleted && !hidden;
  });
}

/**
 * Has the host of a hidden copy whose server is deleted delete it, with disk, volumes and record; its migration ends in
 * error. One that no host may write goes at once. Answers whether anything was done.
 */
export async function releaseCopy(services: DeletionServices, cell: Cell, item: Item): Promise<boolean> {
  const { uuid } = instanceItem(item);
  const [host] = hostsOf(item);
  if (host === undefined) return deleteHidden(services, cell.name, uuid);
  const records = { ...services, cell, context: ownContext(services, item) };
  await endMigrations(records, uuid, 'error', ({ cross_cell_move }) => cross_cell_move);
  return orderDeletion(services, { cell, item, host, condition: IS_HIDDEN });
}
