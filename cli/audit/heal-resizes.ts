import { FINAL_STATUSES } from '#conductor/settled';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import type { DeletionServices } from '#servers/order-deletion';
import { isShownIn, releaseCopy } from '#servers/release-copy';
import { cellRows } from '#cli/inventory/cells';
import { endResize } from '#cli/servers/end-resize';
import type { RequestPorts } from '#cli/servers/server-request';
import type { Remedy } from './finding.ts';
import { isWanted, type HealTarget } from './heal-moves.ts';

/**
 * Asks again for the end of a resize across cells, unless it has come to it, or somebody
 * is at work on the server by now.
 */
export async function healResize(
  target: HealTarget & RequestPorts,
  { cell, uuid, migration, answer }: Extract<Remedy, { kind: 'end-resize' }>,
): Promise<boolean> {
  const [item, move] = await target.tables.batchGet([
    { table: cellTable(cell), key: instanceKey(uuid) },
    { table: cellTable(cell), key: migrationKey(uuid, migration) },
  ]);
  if (item === undefined || move === undefined) return false;
  const { deleted, hidden } = instanceItem(item);
  const { status } = migrationItem(move);
  if (deleted || hidden || status === 'finished' || (status !== 'error' && FINAL_STATUSES.has(status))) return false;
  if (await isWanted(target, item)) return false;
  await endResize(target, { cell, item, migration: move }, answer);
  return true;
}

/**
 * Has the host of a copy whose server is deleted delete it too, unless the server is there
 * again or somebody is at work on it.
 */
export async function healCopy(
  target: HealTarget & DeletionServices,
  { cell, uuid }: Extract<Remedy, { kind: 'release-copy' }>,
): Promise<boolean> {
  const item = await target.tables.get(cellTable(cell), instanceKey(uuid));
  if (item === undefined || instanceItem(item).deleted || (await isWanted(target, item))) return false;
  const cells = await cellRows(target);
  const own = cells.find(({ name }) => name === cell);
  if (own === undefined || (await isShownIn(target, uuid, cells))) return false;
  return releaseCopy(target, own, item);
}
