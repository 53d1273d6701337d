import type { Guarded } from './definition.ts';
import { matchesError } from './error-matching.ts';
import { Failure } from './failure.ts';
import { decideRetry } from './retry.ts';
import type { Visit } from './visit.ts';
import type { Exit } from './flow.ts';

/**
 * Attempts a state until it succeeds, its retriers are used up, or a catcher takes over.
 *
 * @param givenUp called once no retrier wants another attempt, before any catcher is asked
 * @throws Failure that no catcher names, Cancelled
 */
export async function guard(
  visit: Visit,
  guarded: Guarded,
  attempt: () => Promise<Exit>,
  givenUp: () => void = () => {},
): Promise<Exit> {
  const { run, scope } = visit.flow;
  const made = guarded.retry.map(() => 0);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const decision = decideRetry(guarded.retry, made, error, run.engine.random);
      if (decision.kind === 'retry') {
        made[decision.retrier] = (made[decision.retrier] ?? 0) + 1;
        await scope.sleep(run.engine.clock, decision.delaySeconds * 1000);
        visit.retryCount += 1;
        run.countTransition('retried', visit.state.name);
        continue;
      }
      givenUp();
      const catcher = guarded.catch.find((candidate) => matchesError(candidate.errorEquals, error));
      if (catcher === undefined) throw error;
      return await visit.caught(catcher, error);
    }
  }
}
