import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { deleteHidden } from '#records/copies/delete-hidden';
import { startEvent } from '#records/methods/instance-action-event';
import { askAboutCopy } from '../ask-about-copy.ts';
import { mustAnswer } from '../ask-compute.ts';
import { arrivedIn, cameFrom, type BothCellsState } from '../both-cells.ts';
import { keepInEvent } from '../keep-in-event.ts';
import type { Ended, StepEvent } from '../step.ts';
import { callId, REVERT_EVENT } from './state.ts';

/** What Nova has loaded of each copy. */
const OF_COPY = ['flavor', 'info_cache', 'system_metadata', 'metadata', 'security_groups', 'numa_topology'];
const OF_SOURCE = ['flavor', 'info_cache', 'system_metadata'];

/**
 * Has the destination destroy its guest: revert_snapshot_based_resize_at_dest, in an event of the cell that shows the
 * server.
 */
export async function orderRevert(services: Services, event: StepEvent<BothCellsState>): Promise<void> {
  const { state, execution } = event;
  const { server: uuid, host } = state;
  const { context } = await readOperation(services, state.request);
  const scope = { ...services, context, cell: cameFrom(state), writer: execution };
  await startEvent(scope, { uuid, event: REVERT_EVENT, host });
  await askAboutCopy(services, event, {
    cell: arrivedIn(state),
    host,
    method: 'revert_snapshot_based_resize_at_dest',
    loaded: OF_COPY,
    context,
    messageId: callId(execution, 'revert'),
  });
}

/** Reads the destination's answer, and ends the event. @throws MessagingTimeout, what the destination answered */
export const keepRevert = (services: Services, event: StepEvent<BothCellsState>): Promise<Ended<BothCellsState>> =>
  keepInEvent(services, event, {
    messageId: callId(event.execution, 'revert'),
    host: event.state.host,
    hostCell: arrivedIn(event.state),
    cell: cameFrom(event.state),
    event: REVERT_EVENT,
  });

/** Deletes the copy that the server has left, with all that belongs to it. Cannot be undone. */
export async function deleteTarget(services: Services, { state }: StepEvent<BothCellsState>): Promise<BothCellsState> {
  await deleteHidden(services, state.cell, state.server);
  return state;
}

/** Has the source start the guest that it has kept: finish_revert_snapshot_based_resize_at_source. */
export async function orderStart(services: Services, event: StepEvent<BothCellsState>): Promise<void> {
  const { state, execution } = event;
  const { context } = await readOperation(services, state.request);
  await askAboutCopy(services, event, {
    cell: cameFrom(state),
    host: state.source_host,
    method: 'finish_revert_snapshot_based_resize_at_source',
    loaded: OF_SOURCE,
    context,
    messageId: callId(execution, 'finish'),
  });
}

/**
 * Reads the source's answer: the server is as it was.
 *
 * @throws MessagingTimeout when it did not answer in time
 * @throws what the source answered
 */
export async function keepStart(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
): Promise<Ended<BothCellsState>> {
  const { server: instance, source_host: host } = state;
  const call = { messageId: callId(execution, 'finish'), cell: cameFrom(state).name, host };
  const heard = await mustAnswer(services, state, call).catch((error: unknown) => {
    services.log.error('the source did not start the guest: the server may need a hard reboot', { instance, host });
    throw error;
  });
  return heard.outcome === 'ask' ? heard : { state: heard.state, outcome: 'kept' };
}
