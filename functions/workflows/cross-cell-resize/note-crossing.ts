import { MigrationPreCheckError } from '#errors';
import type { Services } from '#ports/services';
import { migrationObject } from '#operations/end-migration';
import { readOperation } from '#operations/operation-document';
import { cellOfHost } from '#records/hosts/host-cell';
import { saveMigration } from '#records/methods/migration';
import type { StepEvent } from '../step.ts';
import type { PlacedState } from '../cold-move.ts';
import { sourceOf, type CrossingState } from './state.ts';

/**
 * Notes with the migration that it leaves its cell, which stays there for good, and finds the other cell
 * (nova.conductor.tasks.cross_cell_migrate `CrossCellMigrationTask._execute`).
 *
 * @throws MigrationPreCheckError where ports cannot be bound on two hosts at once
 * @throws HostMappingNotFound
 */
export async function noteCrossing(services: Services, { state }: StepEvent<PlacedState>): Promise<CrossingState> {
  const { context } = await readOperation(services, state.request);
  const records = { ...services, context, cell: sourceOf(state) };
  const migration = await migrationObject(records, state.server, state.migration);
  if (migration !== undefined && migration.peek('cross_cell_move') !== true) {
    migration.set('cross_cell_move', true);
    await saveMigration(records, migration);
  }
  if (services.networkPorts !== undefined && !(await services.networkPorts.hasBindings(context))) {
    const reason = "Required networking service API extension 'binding-extended' not found.";
    throw new MigrationPreCheckError({ reason });
  }
  const cell = await cellOfHost(services, state.host);
  const crossing: CrossingState = {
    ...state,
    target_cell: cell.name,
    target_cell_uuid: cell.uuid,
    ask_seconds: services.config.hostCallSeconds,
  };
  return crossing;
}
