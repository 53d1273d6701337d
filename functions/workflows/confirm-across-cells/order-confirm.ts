import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { startEvent } from '#records/methods/instance-action-event';
import { askAboutCopy } from '../ask-about-copy.ts';
import { arrivedIn, cameFrom, type BothCellsState } from '../both-cells.ts';
import { keepInEvent } from '../keep-in-event.ts';
import type { Ended, StepEvent } from '../step.ts';
import { callId, CONFIRM_EVENT } from './state.ts';

/** What Nova loads of the copy. */
const LOADED = ['flavor', 'info_cache', 'system_metadata', 'metadata'];

/**
 * Has the source let go of the server: confirm_snapshot_based_resize_at_source, in an event of the server's own cell.
 */
export async function orderConfirm(services: Services, event: StepEvent<BothCellsState>): Promise<void> {
  const { state, execution } = event;
  const { server: uuid, source_host: host } = state;
  const { context } = await readOperation(services, state.request);
  const scope = { ...services, context, cell: arrivedIn(state), writer: execution };
  await startEvent(scope, { uuid, event: CONFIRM_EVENT, host });
  await askAboutCopy(services, event, {
    cell: cameFrom(state),
    host,
    method: 'confirm_snapshot_based_resize_at_source',
    loaded: LOADED,
    context,
    messageId: callId(execution),
  });
}

/** Reads the source's answer, and ends the event. @throws MessagingTimeout, what the source answered */
export const keepConfirmation = (
  services: Services,
  event: StepEvent<BothCellsState>,
): Promise<Ended<BothCellsState>> =>
  keepInEvent(services, event, {
    messageId: callId(event.execution),
    host: event.state.source_host,
    hostCell: cameFrom(event.state),
    cell: arrivedIn(event.state),
    event: CONFIRM_EVENT,
  });
