import type { WorldOptions } from '#local/emulation/world';
import { ServiceError } from '#local/runner/service-error';
import type { StepFunctions } from '#local/runner/runner';
import type { Clock } from '#ports/clock';
import { asRecorded, recordedStates } from '../upgrade/recorded-states.ts';

const asBefore = asRecorded(recordedStates());

/**
 * Has executions that were begun before a release was deployed carry what the release before put
 * into their states, to their ends.
 */
export class Released {
  readonly #seconds: number;
  readonly #before = new Set<string>();
  #at: { readonly clock: Clock; readonly time: number } | undefined;

  /** @param seconds after the beginning, at which it is deployed */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  begin(clock: Clock): void {
    this.#at = { clock, time: clock.now() + this.#seconds * 1000 };
  }

  readonly around: NonNullable<WorldOptions['around']> = (run, event, invoked) => {
    if (this.#at !== undefined && this.#at.clock.now() < this.#at.time) this.#before.add(event.execution);
    return this.#before.has(event.execution) ? asBefore(run, event, invoked) : run();
  };
}

/**
 * Has Step Functions refuse starts of launches for good, by their numbers: as while a state machine is being replaced.
 */
export function refuseLaunches(runner: StepFunctions, refused: readonly number[]): void {
  const start = runner.startExecution.bind(runner);
  let starts = 0;
  runner.startExecution = async (request) => {
    const [, name = ''] = /:stateMachine:(.*)$/u.exec(request.stateMachineArn) ?? [];
    if (!name.endsWith('-launch')) return start(request);
    starts += 1;
    if (refused.includes(starts - 1)) throw new ServiceError('StateMachineDoesNotExist', 'it is being replaced');
    return start(request);
  };
}
