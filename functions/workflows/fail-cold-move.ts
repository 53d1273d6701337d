import { COLD_MIGRATE_TASKS, noHostReason } from '#conductor/cold-migration';
import { stateAfterFailure } from '#conductor/settled';
import { InstanceNotFound, NoValidHost } from '#errors';
import { equals } from '#ports/conditions';
import type { Json, JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item, ItemOf } from '#ports/tables';
import { answerCall, answerError, answerFailure, type AnswerFailure } from '#operations/answer-call';
import { endScope } from '#operations/action-scope';
import { cellTable, instanceKey } from '#records/keys';
import { readOperation, type StoredOperation } from '#operations/operation-document';
import type { Cell } from '#records/method';
import { hostsAttribute, operationNames, operationState, type Operation } from '#records/operation';
import { release } from '#operations/own-operation';
import { isWireObject, mapOf } from '#wire/reading';
import { storedInstance } from '#servers/stored-instance';
import { setVmStateAndNotify } from '#servers/set-vm-state';
import { specAsRequested } from '#request-specs/spec-of-move';
import { failureOf, type Step, type StepEvent } from './step.ts';
import { EVENTS, type OwnedState } from './cold-move.ts';
import { instanceItem, type StoredInstance } from '#records/items/instance';

/**
 * Ends a move that cannot go on (nova.conductor.manager `_cold_migrate`): the server has its vm_state again and no
 * task, with a fault; the events carry the error and so does the answer, where the caller still waits for one. From now
 * on only the host that has the server may write it.
 */
export const failMigrationOf =
  (operation: Operation): Step<OwnedState> =>
  (services, event) =>
    failMove(services, operation, event);

async function failMove(
  services: Services,
  operation: Operation,
  { state, error, execution }: StepEvent<OwnedState>,
): Promise<void> {
  const document = await readOperation(services, state.request);
  const failure = gaveUp(state) ?? answerFailure(document.failure, failureOf(error));
  const answered = await recordFailure(services, { state, operation, execution }, failure, document);
  const { server: uuid } = state;
  const cell = cellOf(state);
  const item = await services.tables.get(cellTable(cell.name), instanceKey(uuid));
  const waiting = whoWaits(state, operation, item);
  if (waiting !== undefined) {
    const scope = { cell, uuid, context: document.context, events: EVENTS };
    await endScope(services, { ...scope, writer: `${execution}/${state.attempt}` }, answered);
    await answerCall(services, waiting.reply, 'migrate_server', answered);
  }
  await release(
    services,
    { operation, cell, uuid, execution },
    hostsAttribute((item && instanceItem(item).host) ?? state.source_host),
  );
}

/**
 * Who is to hear of it: the compute that gave this attempt back, or the first caller as long as nobody answered him.
 */
function whoWaits(
  state: OwnedState,
  operation: Operation,
  item: Item | undefined,
): { readonly reply: Json | undefined } | undefined {
  const rescheduleRequest = item === undefined ? null : operationState(item, operation).reschedule;
  if (rescheduleRequest !== null && rescheduleRequest.attempt === state.attempt && state.attempt > 0)
    return { reply: rescheduleRequest.reply === undefined ? null : { ...rescheduleRequest.reply } };
  return state.replied ? undefined : { reply: state.reply };
}

/** The spec that events quote: with the flavor after the move. */
function quotedSpec(
  instance: ItemOf<StoredInstance>,
  { request_spec: spec, flavor, filter_properties }: JsonMap,
): JsonMap {
  if (!isWireObject(flavor)) return isWireObject(spec) ? spec : {};
  const filterProperties = mapOf(filter_properties);
  return specAsRequested({ instance, spec, flavor, filterProperties });
}

/** Hosts that were given up failed nothing in our hands: the reason is what the look at them found. */
function gaveUp(state: OwnedState): AnswerFailure | undefined {
  const reason = state.gave_up === true ? state.reason : undefined;
  return reason === undefined ? undefined : { name: 'MigrationError', message: `Migration error: ${reason}`, text: '' };
}

const cellOf = ({ cell: name, cell_uuid: uuid }: OwnedState): Cell => ({ name, uuid });

/** A move that fails, and the workflow that owns its server. */
interface Failing {
  readonly state: OwnedState;
  readonly operation: Operation;
  readonly execution: string;
}

/** Answers the caller: a server that is gone replaces the error, no host gets the move's own words. */
async function recordFailure(
  services: Services,
  { state, operation, execution }: Failing,
  failure: AnswerFailure,
  { arguments: args, context }: StoredOperation,
): Promise<AnswerFailure> {
  try {
    const instance = await storedInstance(services, state.cell, state.server);
    await setVmStateAndNotify(services, {
      cell: cellOf(state),
      uuid: state.server,
      method: 'migrate_server',
      vm_state: stateAfterFailure(state.vm_state, instanceItem(instance).vm_state),
      task_state: null,
      failure,
      context,
      requestSpec: quotedSpec(instance, args),
      execution,
      condition: equals(operationNames(operation).owner, execution),
      whileTask: COLD_MIGRATE_TASKS,
    });
  } catch (error) {
    if (!(error instanceof InstanceNotFound)) throw error;
    return answerError(error);
  }
  const noHost = failure.name === 'NoValidHost' || failure.name === 'MaxRetriesExceeded';
  return noHost ? answerError(new NoValidHost({ reason: noHostReason(state.type) })) : failure;
}
