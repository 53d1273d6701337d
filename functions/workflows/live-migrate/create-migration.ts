import type { Services } from '#ports/services';
import { Migration } from '#objects/migration/migration';
import { endMigrations } from '#operations/end-migration';
import { createMigration as create } from '#records/methods/migration';
import { newMigration } from '../own-migration.ts';
import { readOperation } from '#operations/operation-document';
import { operationNames, operationState } from '#records/operation';
import { updateOwned } from '#operations/own-operation';
import { fieldsOf, numberOf } from '#wire/reading';
import { instanceItem } from '#records/items/instance';
import { storedInstance } from '#servers/stored-instance';
import type { StepEvent } from '../step.ts';
import { ownership, type MigratingState, type OwnedState } from './state.ts';

const LIVE = operationNames('live-migrate');

/**
 * Makes the migration, under the execution's name so that a repeat finds it (nova.conductor.manager `_live_migrate`).
 */
export async function createMigration(
  services: Services,
  { state, execution }: StepEvent<OwnedState>,
): Promise<MigratingState> {
  const { server: instanceUuid } = state;
  const { context } = await readOperation(services, state.request);
  const stored = await storedInstance(services, state.cell, instanceUuid);
  const instance = instanceItem(stored);
  const flavor = numberOf(fieldsOf(instance.flavor)['id']) ?? instance.instance_type_id;
  const records = { ...services, context, cell: ownership(state, execution).cell, writer: execution };
  const migration = await create(
    records,
    Migration.make({
      instance_uuid: instanceUuid,
      migration_type: 'live-migration',
      status: 'accepted',
      source_compute: state.source_host,
      dest_compute: state.destination,
      old_instance_type_id: flavor,
      new_instance_type_id: flavor,
      user_id: context.user_id,
      project_id: context.project_id,
    }),
  );
  const { uuid } = migration;
  // An execution of the release before has not noted it when it took the server over.
  if (operationState(stored, 'live-migrate').migration !== uuid)
    await updateOwned(services, ownership(state, execution), { [LIVE.migration]: uuid, [LIVE.migrationStatus]: null });
  const next: MigratingState = { ...state, migration: uuid, swapped: false, rejected: [] };
  return next;
}

/** Undo: the migration ends in error. */
export async function undoCreateMigration(
  services: Services,
  { state, execution }: StepEvent<OwnedState>,
): Promise<void> {
  const { context } = await readOperation(services, state.request);
  const records = { ...services, context, cell: ownership(state, execution).cell };
  const made = newMigration(services, execution);
  await endMigrations(records, state.server, 'error', ({ uuid }) => uuid === made);
}
