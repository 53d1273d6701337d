import { isKnownFailure, LIVE_MIGRATE_TASKS } from '#conductor/live-migration';
import { stateAfterFailure } from '#conductor/settled';
import { InstanceNotFound, MigrationError } from '#errors';
import { all, equals, oneOf } from '#ports/conditions';
import type { Services } from '#ports/services';
import { answerCall, answerError, answerFailure, type AnswerFailure } from '#operations/answer-call';
import { endScope } from '#operations/action-scope';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import { hostsAttribute, operationNames } from '#records/operation';
import { readOperation, type StoredOperation } from '#operations/operation-document';
import { release } from '#operations/own-operation';
import { changeInstance, stateAttributes } from '#servers/instance-change';
import { setVmStateAndNotify } from '#servers/set-vm-state';
import { liveInstance } from '#servers/stored-instance';
import { ownMigration } from '../own-migration.ts';
import { failureOf, type StepEvent } from '../step.ts';
import { eventsOf, ownership, type OwnedState, type PlacedState } from './state.ts';
import { instanceItem, type InstanceItem } from '#records/items/instance';

/**
 * Ends a live migration that cannot go on (nova.conductor.manager `_live_migrate`): after a failure of a known kind the
 * server has its vm_state again, after any other it is in error; it has no task, and a fault. One whose migration could
 * not be made is left as it is. The event carries the error and so does the answer, where the caller
 * still waits for one.
 */
export async function failMigration(
  services: Services,
  { state, error, execution }: StepEvent<OwnedState & Partial<PlacedState>>,
): Promise<void> {
  const document = await readOperation(services, state.request);
  const reason = state.gave_up === true ? state.reason : undefined;
  const failure =
    reason === undefined
      ? answerFailure(document.failure, failureOf(error))
      : answerError(new MigrationError({ reason }));
  const known = reason !== undefined || isKnownFailure(failure.name);
  const { cell, uuid } = ownership(state, execution);
  const migration = migrationKey(uuid, await ownMigration(services, state, execution));
  const answered =
    (await services.tables.get(cellTable(cell.name), migration)) === undefined
      ? await notBegun(services, state, execution, failure)
      : await recordFailure(services, { state, execution, failure, known }, document);
  if (!state.replied) {
    const scope = { cell, uuid, context: document.context, events: eventsOf(state), writer: execution };
    await endScope(services, scope, answered);
    await answerCall(services, state.reply, state.method, answered);
  }
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  await release(
    services,
    ownership(state, execution),
    hostsAttribute((item && instanceItem(item).host) ?? state.source_host),
  );
}

/**
 * Without its migration nothing was begun: the task that the API had set ends, and nothing else of the server changes.
 */
async function notBegun(
  services: Services,
  { server: instance, cell, vm_state }: OwnedState,
  execution: string,
  failure: AnswerFailure,
): Promise<AnswerFailure> {
  await changeInstance(services, cell, instance, {
    set: stateAttributes(services, instance, { vm_state, task_state: null }),
    condition: all(
      equals(operationNames('live-migrate').owner, execution),
      equals<InstanceItem>('vm_state', vm_state),
      oneOf<InstanceItem>('task_state', LIVE_MIGRATE_TASKS),
    ),
  });
  return failure;
}

interface Failing {
  readonly state: OwnedState & Partial<PlacedState>;
  readonly execution: string;
  readonly failure: AnswerFailure;
  readonly known: boolean;
}

/** Answers the caller: a server that is gone replaces the error, an unknown one becomes a MigrationError. */
async function recordFailure(
  services: Services,
  { state, execution, failure, known }: Failing,
  { context }: StoredOperation,
): Promise<AnswerFailure> {
  if (!known)
    services.log.error('live migration failed', {
      instance: state.server,
      dest: state.host ?? state.destination,
      error: failure.name,
      reason: failure.message,
    });
  try {
    const { vm_state } = await liveInstance(services, state.cell, state.server);
    await setVmStateAndNotify(services, {
      cell: ownership(state, execution).cell,
      uuid: state.server,
      method: 'migrate_server',
      vm_state: known ? stateAfterFailure(state.vm_state, vm_state) : 'error',
      task_state: null,
      failure,
      context,
      requestSpec: { instance_properties: { uuid: state.server } },
      execution,
      condition: equals(operationNames('live-migrate').owner, execution),
      whileTask: LIVE_MIGRATE_TASKS,
    });
  } catch (error) {
    if (!(error instanceof InstanceNotFound)) throw error;
    return answerError(error);
  }
  return known ? failure : answerError(new MigrationError({ reason: failure.message || failure.name }));
}
