import { endMigrations } from '#operations/end-migration';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { settleAllocations } from '#operations/ended-move';
import { readOperation } from '#operations/operation-document';
import { hostsAttribute } from '#records/operation';
import { release, type Ownership } from '#operations/own-operation';
import type { Services } from '#ports/services';
import { instanceItem } from '#records/items/instance';

/**
 * Ends the wait for a move: a server that is gone leaves nothing behind with its migration, a move that its computes
 * gave up leaves the allocations right and the record to the host that it names, and the next operation may begin.
 */
export async function finishMove(
  services: Services,
  ownership: Ownership,
  { migration, request }: { readonly migration: string; readonly request: string },
  outcome: string | undefined,
): Promise<void> {
  const { cell, uuid } = ownership;
  if (outcome === 'deleted' || outcome === 'error') {
    const { context } = await readOperation(services, request);
    const records = { ...services, context: { ...context, read_deleted: 'yes' }, cell };
    await endMigrations(records, uuid, 'error', (item) => item.uuid === migration);
  }
  if (outcome === 'deleted') await services.placement.release(migration);
  if (outcome === 'error') {
    const item = await services.tables.get(cellTable(cell.name), migrationKey(uuid, migration));
    if (item !== undefined) await settleAllocations(services, cell.name, item);
  }
  const left = outcome === 'error' ? await services.tables.get(cellTable(cell.name), instanceKey(uuid)) : undefined;
  const host = (left && instanceItem(left).host) ?? undefined;
  await release(services, ownership, host === undefined ? undefined : hostsAttribute(host));
}
