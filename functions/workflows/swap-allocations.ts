import type { Services } from '#ports/services';
import { revertAllocations, swapAllocations as swap, type Swapped } from '#operations/allocation-swap';
import { cellTable, instanceKey } from '#records/keys';
import { readOperation } from '#operations/operation-document';
import { liveInstance } from '#servers/stored-instance';
import { ownMigration } from './own-migration.ts';
import type { StepEvent } from './step.ts';
import { instanceItem } from '#records/items/instance';

/** What a move carries once its migration is there. */
interface Migrating {
  server: string;
  request: string;
  cell: string;
  cell_uuid: string;
  migration: string;
}

/**
 * Hands what the server holds on its source to the migration (nova.conductor.tasks.migrate
 * `replace_allocation_with_migration`, nova.conductor.tasks.live_migrate `_execute`).
 *
 * @throws ComputeHostNotFound, NoValidHost
 */
export async function swapAllocations(services: Services, state: Migrating): Promise<Swapped> {
  const { context } = await readOperation(services, state.request);
  const instance = await liveInstance(services, state.cell, state.server);
  const cell = { name: state.cell, uuid: state.cell_uuid };
  return swap(services, { cell, context, instance, migration: state.migration });
}

/**
 * Undo: the server gets it back; its claim on a destination goes with that. One that is on no host any more holds
 * nothing. A refusal is logged and changes nothing.
 */
export async function undoSwapAllocations(
  services: Services,
  { state, execution }: StepEvent<Omit<Migrating, 'migration'> & Partial<Migrating>>,
): Promise<void> {
  const migration = await ownMigration(services, state, execution);
  const found = await services.tables.get(cellTable(state.cell), instanceKey(state.server));
  const instance = found && instanceItem(found);
  if (instance === undefined || instance.deleted || instance.host === null) await services.placement.release(migration);
  else await revertAllocations(services, { instance, migration });
}
