import type { Services } from '#ports/services';
import { registerToken } from '#operations/register-token';
import type { StepEvent } from '../step.ts';
import { buildWait, type PlacedState } from './state.ts';

/** Goes on waiting under a new token; the order was given before. Has no undo: a token that timed out is nobody's. */
export async function awaitBuild(
  services: Services,
  { state, execution, token }: StepEvent<PlacedState>,
): Promise<void> {
  if (token === undefined) throw new Error('Await build runs with a task token');
  await registerToken(services, buildWait(state, execution, token));
}
