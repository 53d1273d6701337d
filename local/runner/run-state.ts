import type { State } from './definition.ts';
import type { Flow } from './flow.ts';
import { Visit } from './visit.ts';
import type { Exit } from './flow.ts';
import { runChoice } from './choice-state.ts';
import { runFail } from './fail-state.ts';
import { runMap } from './map-state.ts';
import { runPass } from './pass-state.ts';
import { runSucceed } from './succeed-state.ts';
import { runTask } from './task-state.ts';
import { runWait } from './wait-state.ts';

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
