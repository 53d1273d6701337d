import type { SucceedState } from '#local/runner/definition';
import type { Exit, Visit } from '#local/runner/visit';

export function runSucceed(visit: Visit, state: SucceedState): Promise<Exit> {
  return visit.exit({ output: state.output, assign: undefined }, visit.input, {}, undefined);
}
