import type { Services } from '#ports/services';
import { targetHost } from '#conductor/move-spec';
import { checkAttempts } from '#conductor/retry';
import { Migration } from '#objects/migration/migration';
import { findMigration } from '#operations/end-migration';
import { createMigration as create } from '#records/methods/migration';
import { notedNeeds } from '#operations/noted-needs';
import { readOperation } from '#operations/operation-document';
import { operationNames, operationState } from '#records/operation';
import { updateOwned } from '#operations/own-operation';
import { targetCellOf } from '#records/target-cell';
import { fieldsOf, numberOf } from '#wire/reading';
import { storedInstance } from '#servers/stored-instance';
import type { StepEvent } from '../step.ts';
import type { MigratingState, OwnedState } from '../cold-move.ts';
import { requestedSpec } from './requested-spec.ts';
import { ownership } from './state.ts';
import { instanceItem } from '#records/items/instance';

const COLD = operationNames('cold-migrate');

/**
 * Finds the migration that an earlier attempt left behind, or makes one under the execution's name
 * (nova.conductor.tasks.migrate `_preallocate_migration`), once it is clear that the move may be tried at all: its
 * group's policy can be kept, tries are left, and the server is mapped to its cell.
 *
 * @throws UnsupportedPolicyException, MaxRetriesExceeded, InstanceMappingNotFound, InstanceNotFound
 */
export async function createMigration(
  services: Services,
  { state, execution }: StepEvent<OwnedState>,
): Promise<MigratingState> {
  const { server: instanceUuid, type } = state;
  const document = await readOperation(services, state.request);
  const { context, arguments: args } = document;
  const instance = await storedInstance(services, state.cell, instanceUuid);
  const cell = await targetCellOf(services, instanceUuid);
  const needs = await notedNeeds(services, state.request, document, instance);
  const spec = await requestedSpec(services, { ...document, needs }, cell, instance);
  if (state.entry === 'move' && targetHost(spec) === undefined)
    checkAttempts(state.attempt + 1, services.config.maxAttempts, instanceUuid, 'the host gave the server back');

  const records = { ...services, context, cell, writer: execution };
  const left = await findMigration(
    records,
    instanceUuid,
    (item) => item.status === 'pre-migrating' && item.migration_type === type,
  );
  const flavor = fieldsOf(args['flavor']);
  const migration =
    left ??
    (await create(
      records,
      Migration.make({
        instance_uuid: instanceUuid,
        migration_type: type,
        status: 'pre-migrating',
        source_compute: state.source_host,
        source_node: state.source_node,
        old_instance_type_id:
          numberOf(fieldsOf(instanceItem(instance).flavor)['id']) ?? instanceItem(instance).instance_type_id,
        new_instance_type_id: numberOf(flavor['id']) ?? null,
        user_id: context.user_id,
        project_id: context.project_id,
      }),
    ));
  const { uuid } = migration;
  if (operationState(instance, 'cold-migrate').migration !== uuid)
    await updateOwned(services, ownership(state, execution), { [COLD.migration]: uuid, [COLD.migrationStatus]: null });
  const next: MigratingState = { ...state, migration: uuid, swapped: false };
  return next;
}
