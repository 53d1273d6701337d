import type { ChoiceState } from './definition.ts';
import { Failure } from './failure.ts';
import { unexpectedType } from './template.ts';
import type { Visit } from './visit.ts';
import type { Exit } from './flow.ts';

/** The first rule whose condition is true; its own Output and Assign hold, those of the state go with Default. */
export async function runChoice(visit: Visit, state: ChoiceState): Promise<Exit> {
  for (const rule of state.choices) {
    const holds = await visit.evaluate(rule.condition);
    if (typeof holds !== 'boolean') throw visit.evaluationFailure(unexpectedType(rule.condition, 'boolean', holds));
    if (holds) return visit.exit(rule, visit.input, {}, rule.next);
  }
  if (state.default === undefined) {
    throw new Failure('States.NoChoiceMatched', `no rule of the state '${state.name}' holds, and it has no Default`);
  }
  return visit.exit(state, visit.input, {}, state.default);
}
