import type { SucceedState } from './definition.ts';
import type { Visit } from './visit.ts';
import type { Exit } from './flow.ts';

export function runSucceed(visit: Visit, state: SucceedState): Promise<Exit> {
  return visit.exit({ output: state.output, assign: undefined }, visit.input, {}, undefined);
}
