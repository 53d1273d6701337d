import { NoValidHost } from '#errors';
import type { ObjectOf } from '#objects/versioned/object-type';
import type { RequestSpec } from '#objects/request-spec/request-spec';
import type { Services } from '#ports/services';
import { targetHost } from '#conductor/move-spec';
import { checkAttempts } from '#conductor/retry';
import { Migration } from '#objects/migration/migration';
import { endMigrations, findMigration } from '#operations/end-migration';
import { createMigration as create } from '#records/methods/migration';
import { notedNeeds } from '#operations/noted-needs';
import { readOperation } from '#operations/operation-document';
import { operationNames } from '#records/operation';
import { updateOwned } from '#operations/own-operation';
import { cellOfHost } from '#records/hosts/host-cell';
import type { Cell } from '#records/method';
import { targetCellOf } from '#records/target-cell';
import { fieldsOf, mapOf, numberOf } from '#wire/reading';
import { storedInstance } from '#servers/stored-instance';
import { specOfMove } from '#request-specs/spec-of-move';
import type { StepEvent } from '../step.ts';
import { ownership, type MigratingState, type OwnedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

const COLD = operationNames('cold-migrate');

/**
 * Finds the migration that an earlier attempt left behind, or makes one under the execution's name (conductor.md section
 * 11.3), once it is clear that the move may be tried at all: its group's policy can be kept, tries are left, and the
 * server is mapped to its cell.
 *
 * @throws NoValidHost for a host of another cell, which a server that may leave its cell is asked to be moved to
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
  const needs = await notedNeeds(services, state.request, document, {
    item: instance,
    spec: args['request_spec'],
  });
  const spec = await specOfMove(services, {
    cell,
    instance,
    spec: args['request_spec'],
    flavor: args['flavor'],
    filterProperties: mapOf(args['filter_properties']),
    needs,
  });
  await mustStayInCell(services, spec, cell);
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
  await updateOwned(services, ownership(state, execution), { [COLD.migration]: uuid, [COLD.migrationStatus]: null });
  const next: MigratingState = { ...state, migration: uuid, swapped: false };
  return next;
}

/** Moves between cells are not served: a request for one is refused by the names of its host and cells. */
async function mustStayInCell(
  services: Pick<Services, 'clock' | 'tables'>,
  spec: ObjectOf<typeof RequestSpec>,
  cell: Cell,
): Promise<void> {
  const host = targetHost(spec);
  const leaves = spec.peek('requested_destination')?.peek('allow_cross_cell_move') === true;
  if (host === undefined || !leaves) return;
  const { name } = await cellOfHost(services, host);
  if (name === cell.name) return;
  const reason = `${host} is of cell ${name}, and servers are not moved between cells: this one stays in ${cell.name}.`;
  throw new NoValidHost({ reason });
}

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
