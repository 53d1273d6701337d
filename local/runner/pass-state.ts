import type { PassState } from './definition.ts';
import type { Visit } from './visit.ts';
import type { Exit } from './flow.ts';

export function runPass(visit: Visit, state: PassState): Promise<Exit> {
  return visit.exit(state, visit.input, {}, state.next);
}
