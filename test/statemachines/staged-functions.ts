import type { VirtualClock } from '#adapters/memory/virtual-clock';
import type { Invoke } from '#local/runner/engine';
import { TaskFailure } from '#local/runner/failure';
import { isJsonObject, type Json, type JsonObject } from '#local/runner/json';
import type { StepFunctions } from '#local/runner/runner';
import { listOf, objectOf, textOf } from './conformance-cases.ts';
import { difference } from './expectation.ts';

/** Functions that do what a case says of their first, second, … call. */
export class StagedFunctions {
  readonly calls = new Map<string, number>();
  readonly #clock: VirtualClock;
  readonly #tasks: JsonObject;
  /** Set once the runner is made, which needs `invoke` first. */
  runner: StepFunctions | undefined;

  constructor(clock: VirtualClock, tasks: JsonObject) {
    this.#clock = clock;
    this.#tasks = tasks;
  }

  readonly invoke: Invoke = (arn, payload, { signal }) => {
    const call = this.calls.get(arn) ?? 0;
    this.calls.set(arn, call + 1);
    const outcomes = listOf(this.#tasks[arn]);
    const outcome = objectOf(outcomes[Math.min(call, outcomes.length - 1)]);
    if ('return' in outcome) return Promise.resolve(outcome['return'] ?? null);
    if ('error' in outcome) return Promise.reject(thrown(outcome));
    if ('waitForToken' in outcome) {
      void this.#settle(findToken(payload), objectOf(outcome['waitForToken']));
      return Promise.resolve(null);
    }
    return this.#clock.idle(
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('nobody waits any more')));
      }),
    );
  };

  differenceOfCalls(expected: Json): string | undefined {
    const calls = Object.keys(objectOf(expected)).map((arn): [string, Json] => [arn, this.calls.get(arn) ?? 0]);
    return difference(expected, Object.fromEntries(calls), new Map(), 'taskCalls');
  }

  async #settle(token: string | undefined, plan: JsonObject): Promise<void> {
    const { runner } = this;
    if (token === undefined || runner === undefined) return;
    try {
      for (let beat = 0; beat < Number(plan['heartbeats'] ?? 0); beat += 1) {
        await this.#pause(Number(plan['everySeconds'] ?? 0));
        await runner.sendTaskHeartbeat({ taskToken: token });
      }
      await this.#pause(Number(plan['thenSeconds'] ?? 0));
      if ('success' in plan)
        await runner.sendTaskSuccess({ taskToken: token, output: JSON.stringify(plan['success']) });
      if (!('failure' in plan)) return;
      const { error, cause } = objectOf(plan['failure']);
      await runner.sendTaskFailure({
        taskToken: token,
        ...(typeof error === 'string' ? { error } : {}),
        ...(typeof cause === 'string' ? { cause } : {}),
      });
    } catch (error) {
      // A plan may go on after the task has timed out: then nobody takes the token.
      if (!(error instanceof Error) || error.name !== 'TaskTimedOut') throw error;
    }
  }

  /** At least one timer, so that the function has answered before its token comes back. */
  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.timer(seconds * 1000, resolve);
    });
  }
}

function thrown(outcome: JsonObject): Error {
  const name = textOf(outcome['error']) ?? 'Error';
  const message = textOf(outcome['message']);
  if (message === undefined) return new TaskFailure(name, textOf(outcome['cause']));
  return Object.assign(new Error(message), { name });
}

function findToken(payload: Json): string | undefined {
  if (!isJsonObject(payload)) return undefined;
  return textOf(payload['TaskToken']) ?? textOf(payload['token']);
}
