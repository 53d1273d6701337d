import type { FailState } from '#local/runner/definition';
import { Failure } from '#local/runner/failure';
import { EvaluationError, type Template } from '#local/runner/template';
import type { Exit, Visit } from '#local/runner/visit';

/** Always throws: the state has an entered event and no exited event. */
export async function runFail(visit: Visit, state: FailState): Promise<Exit> {
  const error = await text(visit, state.error, 'Error');
  const cause = await text(visit, state.cause, 'Cause');
  throw new Failure(error, cause);
}

async function text(visit: Visit, template: Template | undefined, field: string): Promise<string | undefined> {
  if (template === undefined) return undefined;
  const value = await visit.evaluate(template);
  if (typeof value === 'string') return value;
  throw visit.evaluationFailure(
    new EvaluationError(field, `The ${field} field is not a string: ${JSON.stringify(value)}`),
  );
}
