import type { Definition } from './definition.ts';
import type { Engine, Transition } from './engine.ts';
import { Cancelled, Failure } from './failure.ts';
import { Flow, type Run } from './flow.ts';
import { History } from './history.ts';
import { parseJson, type Json, type JsonObject } from './json.ts';
import type { ExecutionStatus, Frame, KeptExecution } from './kept-execution.ts';
import { runState } from './run-state.ts';
import { Scope } from './scope.ts';
import { ServiceError } from './service-error.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly definition: Definition;
}

const REDRIVABLE_PERIOD = 14 * 24 * 3600 * 1000;

/** One execution, across its redrives. */
export class Execution implements Run {
  readonly runState = runState;
  readonly engine: Engine;
  readonly machine: StateMachine;
  readonly executionArn: string;
  readonly name: string;
  readonly inputText: string;
  readonly history: History;
  readonly startTime: number;
  context: JsonObject;
  status: ExecutionStatus;
  output: Json | undefined;
  error: string | undefined;
  cause: string | undefined;
  stopTime: number | undefined;
  redriveCount: number;
  redriveTime: number | undefined;
  readonly counters: { stateTransitions: number; lambdaInvocations: number };
  readonly #frame: Frame;
  /** What the context object says of the execution, redrives aside. */
  readonly #identity: JsonObject;
  #scope = new Scope();
  #waiters: (() => void)[] = [];

  /** Begins a new execution; one that ran when it was kept goes on in the state that it was in, as after a redrive. */
  constructor(engine: Engine, machine: StateMachine, kept: KeptExecution) {
    this.engine = engine;
    this.machine = machine;
    this.executionArn = kept.executionArn;
    this.name = kept.name;
    this.inputText = kept.inputText;
    this.startTime = kept.startTime;
    this.status = kept.status;
    this.output = kept.output;
    this.error = kept.error;
    this.cause = kept.cause;
    this.stopTime = kept.stopTime;
    this.redriveCount = kept.redriveCount;
    this.redriveTime = kept.redriveTime;
    this.counters = { ...kept.counters };
    this.history = new History(() => engine.clock.now(), kept.events);
    this.#frame = kept.frame;
    const input = parseJson(kept.inputText) ?? null;
    this.#identity = {
      Id: kept.executionArn,
      Input: input,
      Name: kept.name,
      RoleArn: `arn:aws:iam::${kept.executionArn.split(':')[4] ?? ''}:role/${machine.name}`,
      StartTime: new Date(kept.startTime).toISOString(),
    };
    this.context = this.#contextNow();
    if (kept.events.length === 0) {
      this.history.record('ExecutionStarted', 0, { input });
      this.#keep();
      this.#drive(0, false);
    } else if (this.status === 'RUNNING') this.#drive(kept.events.length, true);
  }

  countTransition(kind: Transition['kind'], state: string): void {
    this.counters.stateTransitions += 1;
    const { executionArn, machine } = this;
    this.engine.onTransition({ kind, executionArn, stateMachineArn: machine.arn, state });
    this.#keep();
  }

  countInvocation(): void {
    this.counters.lambdaInvocations += 1;
  }

  /** Resolves once the execution is over; at once if it is. */
  ended(): Promise<void> {
    if (this.status !== 'RUNNING') return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
    });
  }

  /** A closed execution stays as it is. */
  stop(error: string | undefined, cause: string | undefined): void {
    if (this.status !== 'RUNNING') return;
    this.#end('ABORTED', 'ExecutionAborted', 0, new Failure(error, cause));
  }

  /** Does nothing more, and stays as it is: the runner ends. */
  leave(): void {
    this.#scope.cancel();
  }

  /** Why it cannot be redriven, in the service's words; undefined when it can. */
  get notRedrivable(): string | undefined {
    if (this.status === 'RUNNING' || this.status === 'SUCCEEDED') {
      return `Execution is ${this.status} and cannot be redriven`;
    }
    if (this.engine.clock.now() - (this.stopTime ?? 0) > REDRIVABLE_PERIOD) {
      return 'Execution ended more than 14 days ago and cannot be redriven';
    }
    return undefined;
  }

  /**
   * Goes on in the state that failed, with its input and variables and with fresh retry counts.
   * @throws ServiceError
   */
  redrive(): void {
    const reason = this.notRedrivable;
    if (reason !== undefined) throw new ServiceError('ExecutionNotRedrivable', reason);
    this.redriveCount += 1;
    this.redriveTime = this.engine.clock.now();
    this.status = 'RUNNING';
    this.stopTime = this.error = this.cause = undefined;
    this.#scope = new Scope();
    this.context = this.#contextNow();
    const last = this.history.events.length;
    const redriven = this.history.record('ExecutionRedriven', last, { redriveCount: this.redriveCount });
    this.#keep();
    this.#drive(redriven, true);
  }

  #contextNow(): JsonObject {
    const { redriveCount: RedriveCount, redriveTime, machine } = this;
    const redrive = redriveTime === undefined ? {} : { RedriveCount, RedriveTime: new Date(redriveTime).toISOString() };
    return { Execution: { ...this.#identity, ...redrive }, StateMachine: { Id: machine.arn, Name: machine.name } };
  }

  #keep(): void {
    this.engine.journal?.keep({
      executionArn: this.executionArn,
      stateMachineArn: this.machine.arn,
      name: this.name,
      inputText: this.inputText,
      startTime: this.startTime,
      status: this.status,
      output: this.output,
      error: this.error,
      cause: this.cause,
      stopTime: this.stopTime,
      redriveCount: this.redriveCount,
      redriveTime: this.redriveTime,
      counters: this.counters,
      frame: this.#frame,
      events: this.history.events,
    });
  }

  #drive(lastEvent: number, resuming: boolean): void {
    const scope = this.#scope;
    const { graph, timeoutSeconds } = this.machine.definition;
    const flow = new Flow(this, scope, this.#frame, { lastEvent, resuming, mapContext: {} });
    if (timeoutSeconds !== undefined) {
      const cancel = this.engine.clock.timer(timeoutSeconds * 1000, () => {
        this.#end('TIMED_OUT', 'ExecutionTimedOut', 0, new Failure('States.Timeout', undefined));
      });
      scope.onCancel(cancel);
    }
    const succeeded = (output: Json): void => {
      this.output = output;
      this.#end('SUCCEEDED', 'ExecutionSucceeded', flow.lastEvent, undefined);
    };
    const failed = (error: unknown): void => {
      if (error instanceof Cancelled) return;
      const failure = error instanceof Failure ? error : new Failure('States.Runtime', String(error), { cause: error });
      this.#end('FAILED', 'ExecutionFailed', flow.lastEvent, failure);
    };
    // The first state is entered after the call that started the execution has answered.
    Promise.resolve()
      .then(() => flow.walk(graph))
      .then(succeeded, failed);
  }

  #end(status: ExecutionStatus, event: string, previous: number, failure: Failure | undefined): void {
    if (this.status !== 'RUNNING') return;
    this.status = status;
    this.stopTime = this.engine.clock.now();
    this.error = failure?.errorName;
    this.cause = failure?.causeText;
    this.history.record(event, previous, failure?.details ?? { output: this.output ?? null });
    this.#keep();
    this.#scope.cancel();
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
