import { registerToken } from '#operations/register-token';
import type { Step } from '../step.ts';
import { ownership, type PlacedState } from './state.ts';

/** Waits until the migration is over. Has no undo: a token that timed out is nobody's. */
export const awaitMigration: Step<PlacedState> = async (services, { state, execution, token }) => {
  if (token === undefined) throw new Error('Await migration runs with a task token');
  await registerToken(services, ownership(state, execution), token, 1);
};
