import type { FailState } from './definition.ts';
import { Failure } from './failure.ts';
import { EvaluationError, type Template } from './template.ts';
import type { Visit } from './visit.ts';
import type { Exit } from './flow.ts';

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
