import type { Services } from '#ports/services';
import { registerToken } from '#operations/register-token';
import type { StepEvent } from '../step.ts';
import type { TargetedState } from './state.ts';

/** Goes on waiting under a new token; the order was given before. Has no undo: a token that timed out is nobody's. */
export async function awaitRebuild(
  services: Services,
  { state, execution, token }: StepEvent<TargetedState>,
): Promise<void> {
  if (token === undefined) throw new Error('Await rebuild runs with a task token');
  const { server: uuid, cell } = state;
  await registerToken(services, { operation: 'rebuild', cell, uuid, execution, token, attempt: 1 });
}
