import { tableOf } from '../cell-table.ts';
import { mayNot } from '../authority/conditions.ts';
import { computeNodeKey, PLACEMENT, providerKey } from '../keys.ts';
import type { Records } from '../method.ts';
import { computeNodeItem } from '#records/items/compute-node';
import { providerCellItem } from '#records/items/provider';

/**
 * The host of a node whose service is gone or down, so that another may take the node
 * over; undefined for one that works.
 */
export async function formerHost(records: Records, uuid: string): Promise<string | undefined> {
  const node = await records.tables.get(tableOf(records), computeNodeKey(uuid));
  if (node === undefined) return undefined;
  const host = computeNodeItem(node).host ?? '';
  // Nodes are seldom taken over: what a verdict takes is read when one is.
  const { isGone } = await import('./gone-host.ts');
  return (await isGone(records, host)) ? host : undefined;
}

/** @throws Forbidden for a node that placement knows in another cell */
export async function mustBeOfCell(records: Records, uuid: string): Promise<void> {
  const provider = await records.tables.get(PLACEMENT, providerKey(uuid));
  if (provider === undefined || providerCellItem(provider).cell === (records.cell?.name ?? null)) return;
  throw mayNot(records.hosts ?? [], `make compute node ${uuid}: it is of another cell`);
}
