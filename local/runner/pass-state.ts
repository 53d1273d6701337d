import type { PassState } from './definition.ts';
import type { Exit, Visit } from './visit.ts';

export function runPass(visit: Visit, state: PassState): Promise<Exit> {
  return visit.exit(state, visit.input, {}, state.next);
}
