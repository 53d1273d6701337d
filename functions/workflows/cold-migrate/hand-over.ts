import { InstanceInvalidState, InstanceNotFound } from '#errors';
import type { Services } from '#ports/services';
import { handOverOwnership } from '#operations/hand-over-ownership';
import type { StepEvent } from '../step.ts';
import type { PlacedState } from '../cold-move.ts';
import { ownership } from './state.ts';

/**
 * Hands a server whose destination lies in another cell to the workflow that moves it there, whose execution has the
 * name of this one.
 *
 * @throws InstanceNotFound when the server is gone
 * @throws InstanceInvalidState when it is another execution's by now
 */
export async function handOver(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<PlacedState> {
  await handOverOwnership(services, ownership(state, execution), 'cross-cell-resize');
  return state;
}

/** Undo: the server is this execution's again, or no reachable host's. */
export async function undoHandOver(services: Services, { state, execution }: StepEvent<PlacedState>): Promise<void> {
  const { cell, uuid } = ownership(state, execution);
  const ours = { operation: 'cross-cell-resize' as const, cell, uuid, execution };
  try {
    await handOverOwnership(services, ours, 'cold-migrate');
  } catch (error) {
    if (!(error instanceof InstanceNotFound || error instanceof InstanceInvalidState)) throw error;
  }
}
