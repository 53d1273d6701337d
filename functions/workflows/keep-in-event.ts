import type { Failure } from '#conductor/fault';
import type { Services } from '#ports/services';
import { endScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import type { Cell } from '#records/method';
import { mustAnswer, type AskedCall } from './ask-compute.ts';
import type { BothCellsState } from './both-cells.ts';
import { failureOf, type Ended, type StepEvent } from './step.ts';

/** A call to a host, in an event that its user sees. */
interface CallInEvent extends Omit<AskedCall, 'cell'> {
  /** The cell whose action has the event, and that of the host. */
  readonly cell: Cell;
  readonly hostCell: Cell;
  readonly event: string;
}

/**
 * Reads what a host answered, and ends the event in which it was asked.
 *
 * @throws MessagingTimeout when it did not answer in time
 * @throws what the host answered
 */
export async function keepInEvent(
  services: Services,
  { state, execution }: StepEvent<BothCellsState>,
  { messageId, cell, host, hostCell, event }: CallInEvent,
): Promise<Ended<BothCellsState>> {
  const end = async (failure?: Failure): Promise<void> => {
    const { context } = await readOperation(services, state.request);
    await endScope(services, { cell, uuid: state.server, context, events: [event], writer: execution }, failure);
  };
  let heard;
  try {
    heard = await mustAnswer(services, state, { messageId, cell: hostCell.name, host });
  } catch (error) {
    if (error instanceof Error) await end(failureOf({ Error: error.name, Cause: error.message }));
    throw error;
  }
  if (heard.outcome === 'ask') return heard;
  await end();
  return { state: heard.state, outcome: 'kept' };
}
