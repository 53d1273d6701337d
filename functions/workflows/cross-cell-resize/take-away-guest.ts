import { MessagingTimeout, NovaError } from '#errors';
import { isoSeconds } from '#conductor/time';
import { all, equals, not } from '#ports/conditions';
import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { answerOf } from '#operations/waiting-call';
import { instanceItem } from '#records/items/instance';
import { serviceItem } from '#records/items/service';
import { cellTable, instanceKey, serviceKey } from '#records/keys';
import { latestFault, recordFault } from '#records/methods/instance-fault';
import { BEING_DELETED, HOSTS, hostsAttribute, IS_HIDDEN, operationNames } from '#records/operation';
import { crossingInstance } from '#servers/crossing-instance';
import { migrationWire } from '#servers/migration-wire';
import { changeInstance, stateAttributes } from '#servers/instance-change';
import { storedInstance } from '#servers/stored-instance';
import { withWholeTime } from '../ask-compute.ts';
import { callCompute } from '../call-compute.ts';
import { failureOf, type Ended, type StepEvent } from '../step.ts';
import { endFinishEvent } from './order-finish.ts';
import { switchCell } from './switch-cell.ts';
import { callId, sourceOf, targetOf, type CrossingState } from './state.ts';

const { owner } = operationNames('cross-cell-resize');

/**
 * Undo of the destination's last part: the server is in error, with what the destination reported, and the destination
 * is fenced: the task of the copy is another one, so that nothing which a late start of the guest saves counts. One
 * that has failed by itself has no guest; any other, also one whose own call was not answered, is ordered to take it
 * away, and may write what that takes. A copy that is shown already keeps its states, and one whose guest runs, as the
 * destination has answered, is shown now: the switch was done.
 */
export async function fenceDestination(
  services: Services,
  event: StepEvent<CrossingState>,
): Promise<Ended<CrossingState>> {
  const { execution, error } = event;
  const state = withWholeTime(event.state);
  const { server: instance, target_cell, cell, host } = state;
  const copy = await services.tables.get(cellTable(target_cell), instanceKey(instance));
  if (copy !== undefined && !instanceItem(copy).hidden)
    return { state: { ...state, switched: true }, outcome: 'switched' };
  const answer = await answerOf(services, callId(execution, 'finish'));
  if (answer?.failure === null && (await carriesOn(services, event)))
    return { state: { ...state, switched: true }, outcome: 'switched' };
  await endFinishEvent(services, state, execution, failureOf(error));
  const ours = equals(owner, execution);
  // A host whose last save was not answered has started its guest before.
  const failed = answer !== undefined && answer.failure !== null && error?.Error !== 'MessagingTimeout';
  const fenced = await changeInstance(services, target_cell, instance, {
    set: {
      ...stateAttributes(services, instance, { vm_state: 'error', task_state: 'resize_reverting' }),
      // Without events and networks of the copy, a compute destroys no guest.
      [HOSTS]: hostsAttribute(failed ? '' : host),
    },
    condition: all(ours, IS_HIDDEN),
  });
  await copyFault(services, state, execution);
  await changeInstance(services, cell, instance, {
    set: { vm_state: 'error', updated_at: isoSeconds(services.clock.now()) },
    condition: all(ours, not(BEING_DELETED)),
  });
  return { state, outcome: failed || fenced === undefined ? 'failed' : 'started' };
}

/**
 * Switches the server to the destination, whose guest runs: what failed was ours. False where its user deletes it, or
 * others have it.
 */
async function carriesOn(services: Services, event: StepEvent<CrossingState>): Promise<boolean> {
  try {
    await switchCell(services, event);
  } catch (error) {
    if (error instanceof NovaError) return false;
    throw error;
  }
  await endFinishEvent(services, event.state, event.execution);
  return true;
}

/** What the destination reported of its failure is recorded in the server's own cell, where its user looks. */
async function copyFault(services: Services, state: CrossingState, execution: string): Promise<void> {
  const { context } = await readOperation(services, state.request);
  const fault = await latestFault({ ...services, context, cell: targetOf(state) }, state.server);
  if (fault === null) return;
  const records = { ...services, context, cell: sourceOf(state), writer: `crossing-${execution}` };
  await recordFault(records, {
    instance_uuid: state.server,
    code: fault.peek('code') ?? 500,
    message: fault.peek('message') ?? null,
    details: fault.peek('details') ?? null,
    host: fault.peek('host') ?? null,
  });
}

/** Orders the destination to take the guest away: revert_snapshot_based_resize_at_dest. It may be too dead to hear. */
export async function takeAwayGuest(
  services: Services,
  { state, execution, token }: StepEvent<CrossingState>,
): Promise<void> {
  await orderAway(services, state, callId(execution, 'take-away'), token);
}

/**
 * Whether the destination has answered that the guest is gone: until then its records stay.
 *
 * @throws MessagingTimeout when it has not answered, or that it failed
 */
export async function seeGuestAway(services: Services, { execution }: StepEvent<CrossingState>): Promise<void> {
  const messageId = callId(execution, 'take-away');
  const answer = await answerOf(services, messageId);
  if (answer?.failure !== null) throw new MessagingTimeout({ message_id: messageId });
}

/**
 * Orders the destination once more to take the guest away, until one of the orders is answered by success, the copy is
 * gone by other hands, or somebody says that the host is down: it never comes back. One without an answer is given again
 * under its name, one that failed under another: a host carries out each once.
 *
 * @throws MessagingTimeout as long as the guest may be there
 */
export async function takeAwayAgain(services: Services, { state, execution }: StepEvent<CrossingState>): Promise<void> {
  const table = cellTable(state.target_cell);
  const copy = await services.tables.get(table, instanceKey(state.server));
  if (copy === undefined || instanceItem(copy).deleted) return;
  const service = serviceItem((await services.tables.get(table, serviceKey(state.host, 'nova-compute'))) ?? {});
  if (service.forced_down || service.deleted) return;
  for (let order = 1; ; order += 1) {
    const name = callId(execution, 'take-away');
    const messageId = order === 1 ? name : `${name}-${order}`;
    const answer = await answerOf(services, messageId);
    if (answer?.failure === null) return;
    if (answer !== undefined) continue;
    // No Task waits: the next try reads the answer.
    await orderAway(services, state, messageId, messageId);
    throw new MessagingTimeout({ message_id: messageId });
  }
}

async function orderAway(
  services: Services,
  state: CrossingState,
  messageId: string,
  token: string | undefined,
): Promise<void> {
  const { server: instance, host, migration } = state;
  const { context } = await readOperation(services, state.request);
  const cell = targetOf(state);
  const item = await storedInstance(services, cell.name, instance);
  await callCompute(services, {
    cell,
    host,
    method: 'revert_snapshot_based_resize_at_dest',
    args: {
      instance: crossingInstance(item),
      migration: await migrationWire(services, cell.name, instance, migration),
    },
    context,
    messageId,
    token,
    asking: { ask_seconds: state.ask_seconds },
  });
}
