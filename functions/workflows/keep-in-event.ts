import type { Failure } from '#conductor/fault';
import type { Services } from '#ports/services';
import { endScope } from '#operations/action-scope';
import { readOperation } from '#operations/operation-document';
import type { Cell } from '#records/method';
import { hasAnswered } from './ask-compute.ts';
import type { BothCellsState } from './both-cells.ts';
import { failureOf, type Ended, type StepEvent } from './step.ts';

/** A call to a host, in an event that its user sees. */
interface CallInEvent {
  readonly messageId: string;
  /** The cell whose action has the event. */
  readonly cell: Cell;
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
  { messageId, cell, event }: CallInEvent,
): Promise<Ended<BothCellsState>> {
  const end = async (failure?: Failure): Promise<void> => {
    const { context } = await readOperation(services, state.request);
    await endScope(services, { cell, uuid: state.server, context, events: [event], writer: execution }, failure);
  };
  try {
    if (!(await hasAnswered(services, messageId, state.ask_seconds))) return { state, outcome: 'ask' };
  } catch (error) {
    if (error instanceof Error) await end(failureOf({ Error: error.name, Cause: error.message }));
    throw error;
  }
  await end();
  return { state, outcome: 'kept' };
}
