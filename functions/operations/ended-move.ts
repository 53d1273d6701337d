import { endedMove, isSwitched, type EndedMove } from '#conductor/allocations';
import type { Log } from '#ports/log';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { revertAllocations } from './allocation-swap.ts';
import { cellTable, instanceKey } from '#records/keys';
import { numberOf, plainText, textOf } from '#wire/reading';

/** What a migration's and its server's records say about the move. */
const moveFacts = (migration: Item, instance: Item | undefined): EndedMove => ({
  type: textOf(migration['migration_type']) ?? '',
  status: textOf(migration['status']) ?? '',
  sourceHost: textOf(migration['source_compute']) ?? null,
  destinationHost: textOf(migration['dest_compute']) ?? null,
  oldFlavorId: numberOf(migration['old_instance_type_id']) ?? null,
  newFlavorId: numberOf(migration['new_instance_type_id']) ?? null,
  instance:
    instance === undefined || instance['deleted'] === true
      ? undefined
      : { host: textOf(instance['host']) ?? null, flavorId: numberOf(instance['instance_type_id']) ?? null },
});

/** Whether the server is on its destination by now. */
export const hasArrived = (migration: Item, instance: Item): boolean => isSwitched(moveFacts(migration, instance));

/**
 * Puts the allocations of a move right once its migration has ended: Nova's computes do this themselves, ours cannot
 * reach placement. A repeat finds nothing held by the migration and changes nothing.
 */
export async function settleAllocations(
  services: Pick<Services, 'placement' | 'tables'> & { readonly log: Pick<Log, 'error'> },
  cell: string,
  migration: Item,
): Promise<void> {
  if (endedMove(moveFacts(migration, undefined)).kind === 'leave') return;
  const server = instanceKey(plainText(migration['instance_uuid']));
  const instance = await services.tables.get(cellTable(cell), server);
  const decision = endedMove(moveFacts(migration, instance));
  const uuid = plainText(migration['uuid']);
  if (decision.kind === 'release-source') await services.placement.release(uuid);
  if (decision.kind === 'give-back' && instance !== undefined)
    await revertAllocations(services, { instance, migration: uuid });
}
