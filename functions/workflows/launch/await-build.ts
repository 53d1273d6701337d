import { registerToken } from '#operations/register-token';
import type { Step } from '../step.ts';
import { buildWait, type PlacedState } from './state.ts';

/** Goes on waiting under a new token; the order was given before. Has no undo: a token that timed out is nobody's. */
export const awaitBuild: Step<PlacedState> = async (services, { state, execution, token }) => {
  if (token === undefined) throw new Error('Await build runs with a task token');
  await registerToken(services, buildWait(state, execution, token));
};
