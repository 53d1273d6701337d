import { registerToken } from '#operations/register-token';
import type { Step } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/** Waits until the server is resized, or its move has failed. Has no undo: a token that timed out is nobody's. */
export const awaitResize: Step<PlacedState> = async (services, { state, execution, token }) => {
  if (token === undefined) throw new Error('Await resize runs with a task token');
  await registerToken(services, ownership(state, execution), token, state.attempt);
};
