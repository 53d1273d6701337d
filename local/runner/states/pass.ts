import type { PassState } from '#local/runner/definition';
import type { Exit, Visit } from '#local/runner/visit';

export function runPass(visit: Visit, state: PassState): Promise<Exit> {
  return visit.exit(state, visit.input, {}, state.next);
}
