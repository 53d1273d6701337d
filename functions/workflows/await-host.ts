import type { Services } from '#ports/services';
import { registerToken } from '#operations/register-token';
import type { Operation } from '#records/operation';
import type { Step, StepEvent } from './step.ts';

/**
 * Goes on waiting for a host under a new token; the order was given before. Has no undo: a token that timed out is
 * nobody's.
 *
 * @param attemptOf number of the attempt at hand; 0 where the operation counts none
 */
export const awaitHost =
  <S extends { readonly cell: string; readonly server: string }>(
    operation: Operation,
    attemptOf: (state: S) => number,
  ): Step<S> =>
  async (services: Services, { state, execution, token }: StepEvent<S>): Promise<void> => {
    if (token === undefined) throw new Error(`${operation} waits with a task token`);
    const { server: uuid, cell } = state;
    await registerToken(services, { operation, cell, uuid, execution, token, attempt: attemptOf(state) });
  };
