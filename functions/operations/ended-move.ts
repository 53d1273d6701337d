import { endedMove, isSwitched, type EndedMove } from '#conductor/allocations';
import type { Log } from '#ports/log';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { revertAllocations } from './allocation-swap.ts';
import { cellTable, instanceKey } from '#records/keys';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { migrationItem, type MigrationItem } from '#records/items/migration';

/** What a migration's and its server's records say about the move. */
function moveFacts(migration: MigrationItem, instance: InstanceItem | undefined): EndedMove {
  return {
    type: migration.migration_type,
    status: migration.status,
    sourceHost: migration.source_compute,
    destinationHost: migration.dest_compute,
    oldFlavorId: migration.old_instance_type_id,
    newFlavorId: migration.new_instance_type_id,
    instance:
      instance === undefined || instance.deleted
        ? undefined
        : { host: instance.host, flavorId: instance.instance_type_id, hidden: instance.hidden },
  };
}

/** Whether the server is on its destination by now. */
export const hasArrived = (migration: MigrationItem, instance: InstanceItem): boolean =>
  isSwitched(moveFacts(migration, instance));

/**
 * Puts the allocations of a move right once its migration has ended: Nova's computes do this themselves, ours cannot
 * reach placement. A repeat finds nothing held by the migration and changes nothing.
 */
export async function settleAllocations(
  services: Pick<Services, 'placement' | 'tables'> & { readonly log: Pick<Log, 'error'> },
  cell: string,
  item: Item,
): Promise<void> {
  const migration = migrationItem(item);
  if (endedMove(moveFacts(migration, undefined)).kind === 'leave') return;
  const { uuid, instance_uuid } = migration;
  const found = await services.tables.get(cellTable(cell), instanceKey(instance_uuid));
  const instance = found && instanceItem(found);
  const decision = endedMove(moveFacts(migration, instance));
  if (decision.kind === 'release-source') await services.placement.release(uuid);
  if (decision.kind === 'give-back' && instance !== undefined)
    await revertAllocations(services, { instance, migration: uuid });
}
