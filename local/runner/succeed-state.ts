import type { SucceedState } from './definition.ts';
import type { Exit, Visit } from './visit.ts';

export function runSucceed(visit: Visit, state: SucceedState): Promise<Exit> {
  return visit.exit({ output: state.output, assign: undefined }, visit.input, {}, undefined);
}
