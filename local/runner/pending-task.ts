import { Cancelled, checkSize, Failure, TaskFailure } from './failure.ts';
import type { Json, JsonObject } from './json.ts';
import type { Visit } from './visit.ts';

/** How a task's events are named and what they carry. */
export interface TaskEvents {
  readonly prefix: 'LambdaFunction' | 'Task';
  /** Detail of the scheduled event that shows the arguments. */
  readonly argumentsAs: 'input' | 'parameters';
  readonly all: JsonObject;
  readonly scheduled: JsonObject;
  /** What an oversized result is blamed on. */
  readonly subject: string;
}

/** Seconds; the token is absent unless the task waits for it. */
export interface TaskTerms {
  readonly token: string | undefined;
  readonly timeout: number | undefined;
  readonly heartbeat: number | undefined;
}

/**
 * One attempt of a task, from its scheduling to whichever comes first: an answer, its
 * token, a timeout, or the end of all.
 */
export class PendingTask {
  readonly #visit: Visit;
  readonly #events: TaskEvents;
  readonly #terms: TaskTerms;
  readonly #controller = new AbortController();
  #cleanups: (() => void)[] = [];
  #settled = false;

  constructor(visit: Visit, events: TaskEvents, terms: TaskTerms) {
    this.#visit = visit;
    this.#events = events;
    this.#terms = terms;
  }

  schedule(given: Json): void {
    const { timeout, heartbeat } = this.#terms;
    this.#record('Scheduled', {
      [this.#events.argumentsAs]: given,
      ...this.#events.scheduled,
      ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
      ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
    });
    this.#record('Started', {});
  }

  /** @throws Failure recorded as the task's, Cancelled */
  settle(call: (signal: AbortSignal) => Promise<Json>): Promise<Json> {
    const { flow } = this.#visit;
    const { clock, tokens } = flow.run.engine;
    const { token, timeout } = this.#terms;
    return new Promise((resolve, reject) => {
      const succeed = (output: Json): void => {
        try {
          checkSize(output, this.#events.subject, true);
        } catch (error) {
          return fail(error);
        }
        this.#end(() => {
          this.#record('Succeeded', { output });
          resolve(output);
        });
      };
      const fail = (error: unknown): void => {
        this.#end(() => {
          const failure = taskFailure(error);
          this.#record(failure.errorName === 'States.Timeout' ? 'TimedOut' : 'Failed', failure.details);
          reject(failure);
        });
      };
      this.#cleanups.push(flow.scope.onCancel(() => this.#end(() => reject(new Cancelled('the task is over')))));
      const expire = (): void => fail(new Failure('States.Timeout', undefined));
      if (timeout !== undefined) {
        this.#cleanups.push(clock.timer(timeout * 1000, expire));
        flow.deadline = {
          at: clock.now() + timeout * 1000,
          expire: () => this.#record('TimedOut', { error: 'States.Timeout' }),
        };
      }
      if (token !== undefined) {
        const beat = this.#heart(fail);
        tokens.wait(token, {
          succeed,
          fail: (error, cause) => fail(new Failure(error, cause, { fromTask: true })),
          heartbeat: beat,
        });
        this.#cleanups.push(() => tokens.forget(token));
      }
      const answered = (answer: Json): void => {
        if (token === undefined) succeed(answer);
        else if (!this.#settled) this.#record('Submitted', { output: answer });
      };
      call(this.#controller.signal).then(answered, fail);
    });
  }

  /** Starts the heart and answers the beat; a missed one is reported as a timeout, with its own name beside. */
  #heart(fail: (error: unknown) => void): () => void {
    const { heartbeat } = this.#terms;
    if (heartbeat === undefined) return () => {};
    const { clock } = this.#visit.flow.run.engine;
    let stop: (() => void) | undefined;
    const beat = (): void => {
      stop?.();
      stop = clock.timer(heartbeat * 1000, () => {
        fail(new Failure('States.Timeout', undefined, { alsoKnownAs: ['States.HeartbeatTimeout'] }));
      });
    };
    beat();
    this.#cleanups.push(() => stop?.());
    return beat;
  }

  #end(report: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#visit.flow.deadline = undefined;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    // A function that has answered is not disturbed: nobody listens to the signal any more.
    this.#controller.abort();
    report();
  }

  #record(what: string, details: JsonObject): void {
    this.#visit.flow.record(this.#events.prefix + what, { ...details, ...this.#events.all });
  }
}

/** What Lambda and the service make of an exception. */
function taskFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof TaskFailure) {
    return new Failure(error.errorName, error.causeText, { cause: error, fromTask: true });
  }
  const name = error instanceof Error ? error.name : 'Error';
  const message = error instanceof Error ? error.message : String(error);
  const cause = name.startsWith('Lambda.')
    ? message
    : JSON.stringify({ errorMessage: message, errorType: name, trace: [] });
  return new Failure(name, cause, { cause: error, fromTask: true });
}
