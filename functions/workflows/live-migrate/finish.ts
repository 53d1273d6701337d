import { finishMove } from '../finish-move.ts';
import type { Step } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/** Ends the wait for a live migration. */
export const finish: Step<PlacedState> = (services, { state, execution, outcome }) =>
  finishMove(services, ownership(state, execution), state, outcome);
