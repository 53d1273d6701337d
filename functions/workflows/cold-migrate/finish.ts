import { finishMove } from '../finish-move.ts';
import type { Step } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/** Ends the wait for a cold migration. A resized server is confirmed or reverted without us. */
export const finish: Step<PlacedState> = (services, { state, execution, outcome }) =>
  finishMove(services, ownership(state, execution), state, outcome);
