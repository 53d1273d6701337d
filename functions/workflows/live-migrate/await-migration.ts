import type { Services } from '#ports/services';
import { registerToken } from '#operations/register-token';
import type { StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';

/** Waits until the migration is over. Has no undo: a token that timed out is nobody's. */
export async function awaitMigration(
  services: Services,
  { state, execution, token }: StepEvent<PlacedState>,
): Promise<void> {
  if (token === undefined) throw new Error('Await migration runs with a task token');
  const { server: uuid, cell } = state;
  await registerToken(services, { operation: 'live-migrate', cell, uuid, execution, token, attempt: 0 });
}
