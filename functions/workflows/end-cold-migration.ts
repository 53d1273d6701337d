import type { Services } from '#ports/services';
import { endMigrations } from '#operations/end-migration';
import { readOperation } from '#operations/operation-document';
import type { MigratingState, OwnedState } from './cold-move.ts';
import type { StepEvent } from './step.ts';

/** Undo: the migration ends in error. One that was made without our hearing of it is still `pre-migrating`. */
export async function undoCreateMigration(
  services: Services,
  { state }: StepEvent<OwnedState & Partial<MigratingState>>,
): Promise<void> {
  const { context } = await readOperation(services, state.request);
  const records = { ...services, context, cell: { name: state.cell, uuid: state.cell_uuid } };
  await endMigrations(records, state.server, 'error', ({ uuid, status }) =>
    state.migration === undefined ? status === 'pre-migrating' : uuid === state.migration,
  );
}
