import type { Services } from '#ports/services';
import { finishMove } from '../finish-move.ts';
import type { StepEvent } from '../step.ts';
import type { PlacedState } from '../cold-move.ts';
import { ownership } from './state.ts';

/** Ends the wait for a cold migration. A resized server is confirmed or reverted without us. */
export async function finish(services: Services, { state, execution, outcome }: StepEvent<PlacedState>): Promise<void> {
  await finishMove(services, ownership(state, execution), state, outcome);
}
