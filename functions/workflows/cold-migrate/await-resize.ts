import type { Services } from '#ports/services';
import { registerToken } from '#operations/register-token';
import type { StepEvent } from '../step.ts';
import type { PlacedState } from '../cold-move.ts';

/** Waits until the server is resized, or its move has failed. Has no undo: a token that timed out is nobody's. */
export async function awaitResize(
  services: Services,
  { state, execution, token }: StepEvent<PlacedState>,
): Promise<void> {
  if (token === undefined) throw new Error('Await resize runs with a task token');
  const { server: uuid, cell, attempt } = state;
  await registerToken(services, { operation: 'cold-migrate', cell, uuid, execution, token, attempt });
}
