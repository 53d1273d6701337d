import type { State } from '../definition.ts';
import type { Flow } from '../flow.ts';
import { Visit, type Exit } from '../visit.ts';
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
  switch (state.type) {
    case 'Task':
      return runTask(visit, state);
    case 'Map':
      return runMap(visit, state);
    case 'Choice':
      return runChoice(visit, state);
    case 'Pass':
      return runPass(visit, state);
    case 'Wait':
      return runWait(visit, state);
    case 'Succeed':
      return runSucceed(visit, state);
    case 'Fail':
      return runFail(visit, state);
  }
}
