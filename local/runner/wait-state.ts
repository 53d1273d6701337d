import type { WaitState } from './definition.ts';
import { EvaluationError } from './template.ts';
import type { Visit } from './visit.ts';
import type { Exit } from './flow.ts';

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A time that has passed is left at once. */
export async function runWait(visit: Visit, state: WaitState): Promise<Exit> {
  const { clock } = visit.flow.run.engine;
  const milliseconds =
    state.until.kind === 'seconds'
      ? (await visit.amount(state.until.seconds, 0)) * 1000
      : instant(visit, await visit.evaluate(state.until.timestamp)) - clock.now();
  if (milliseconds > 0) await visit.flow.scope.sleep(clock, milliseconds);
  return visit.exit(state, visit.input, {}, state.next);
}

/** Epoch milliseconds; finer digits are dropped. */
function instant(visit: Visit, value: unknown): number {
  const epoch = typeof value === 'string' && TIMESTAMP.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(epoch)) return epoch;
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  const reason = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${shown}`;
  throw visit.evaluationFailure(new EvaluationError('Timestamp', reason), visit.enteredEvent);
}
