import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { providerOfComputeNode } from './compute-node-provider.ts';
import { settleAllocations } from '#operations/ended-move';
import { cellTable } from '#records/keys';
import type { Cell } from '#records/method';
import { operationState } from '#records/operation';
import { offerCapacity } from '#operations/offered-capacity';
import { settle, settledBySave, settleMigration } from '#operations/settle';
import { instanceItem } from '#records/items/instance';
import { migrationItem } from '#records/items/migration';
import { computeNodeItem } from '#records/items/compute-node';

/**
 * What follows from a record that a call has just written: the operation that waits for it is settled, placement
 * learns of a compute node, of its end, and of the end of a move, and a server that is gone gives back what was held
 * for it. Each of them may be repeated.
 *
 * @param columns those that a save has changed @default any
 */
export async function afterWrite(
  services: Pick<Services, 'executions' | 'log' | 'placement' | 'tables'>,
  cell: Cell,
  item: Item,
  columns?: readonly string[],
): Promise<void> {
  if (item.sk === 'service') return offerCapacity(services, cell.name, item);
  if (item.sk === 'compute-node') {
    const node = computeNodeItem(item);
    const provider = !node.deleted && node.factsUnchanged ? undefined : providerOfComputeNode(node, cell);
    if (provider === undefined) return;
    if (node.deleted) await services.placement.retireProvider(provider.uuid);
    else await services.placement.saveProvider(provider);
    return;
  }
  if (item.sk.startsWith('migration#')) {
    await settleAllocations(services, cell.name, item);
    await settleMigration(services, cellTable(cell.name), item);
  }
  if (item.sk !== 'instance') return;
  await settle(services, item, columns && settledBySave(columns));
  const { uuid, deleted, vm_state, hidden } = instanceItem(item);
  // What is kept of a server in another cell holds nothing by itself.
  if (hidden) return;
  if (deleted) await releaseMigrations(services, cell, item);
  if (deleted || isOffloaded(item) || isGivenUp(item)) await services.placement.release(uuid);
  const { recountQuota, returnQuota } = await import('#records/instance-quota');
  if (deleted || vm_state === 'soft-delete') await returnQuota(services, cellTable(cell.name), item);
  else await recountQuota(services, cellTable(cell.name), item);
}

/** What the moves of a server that is gone still hold on their sources: a resize that nobody confirms any more. */
async function releaseMigrations(
  { placement, tables }: Pick<Services, 'placement' | 'tables'>,
  cell: Cell,
  { pk }: Item,
): Promise<void> {
  const query = { partition: pk, sortPrefix: 'migration#', consistent: true };
  for (const migration of await allPages(tables, cellTable(cell.name), query))
    await placement.release(migrationItem(migration).uuid);
}

/** Whether a shelved server has just left its host; one that is being unshelved may hold a new claim already. */
function isOffloaded(item: Item): boolean {
  const { vm_state, host } = instanceItem(item);
  return vm_state === 'shelved_offloaded' && host === null && operationState(item, 'unshelve').owner === null;
}

/** Whether a host has given the server up: one in error without a host is nowhere, and never claims again. */
function isGivenUp(item: Item): boolean {
  const { vm_state, host } = instanceItem(item);
  return vm_state === 'error' && host === null;
}
