import type { State } from '#local/runner/definition';
import type { Flow } from '#local/runner/flow';
import { Visit, type Exit } from '#local/runner/visit';
import { runChoice } from './choice.ts';
import { runFail } from './fail.ts';
import { runMap } from './map.ts';
import { runPass } from './pass.ts';
import { runSucceed } from './succeed.ts';
import { runTask } from './task.ts';
import { runWait } from './wait.ts';

/** Enters a state, does what its type says, and leaves it. @throws Failure, Cancelled */
export function runState(flow: Flow, state: State, resuming: boolean): Promise<Exit> {
  const visit = new Visit(flow, state, resuming);
  if (state.type === 'Task') return runTask(visit, state);
  if (state.type === 'Map') return runMap(visit, state);
  if (state.type === 'Choice') return runChoice(visit, state);
  if (state.type === 'Pass') return runPass(visit, state);
  if (state.type === 'Wait') return runWait(visit, state);
  if (state.type === 'Succeed') return runSucceed(visit, state);
  return runFail(visit, state);
}
