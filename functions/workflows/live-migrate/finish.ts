import type { Services } from '#ports/services';
import { finishMove } from '../finish-move.ts';
import type { StepEvent } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/** Ends the wait for a live migration. */
export async function finish(services: Services, { state, execution, outcome }: StepEvent<PlacedState>): Promise<void> {
  await finishMove(services, ownership(state, execution), state, outcome);
}
