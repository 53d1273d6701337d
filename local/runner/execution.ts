import type { Definition } from './definition.ts';
import type { Engine, Transition } from './engine.ts';
import { Cancelled, Failure } from './failure.ts';
import { Flow, type Frame, type Run } from './flow.ts';
import { History } from './history.ts';
import type { Json, JsonObject } from './json.ts';
import { runState } from './run-state.ts';
import { Scope } from './scope.ts';
import { ServiceError } from './service-error.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly definition: Definition;
}

export interface Counters {
  /** States entered, retried and redriven: what the service bills. */
  readonly stateTransitions: number;
  readonly lambdaInvocations: number;
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
  status: ExecutionStatus = 'RUNNING';
  output: Json | undefined;
  error: string | undefined;
  cause: string | undefined;
  stopTime: number | undefined;
  redriveCount = 0;
  redriveTime: number | undefined;
  readonly counters = { stateTransitions: 0, lambdaInvocations: 0 };
  readonly #frame: Frame;
  /** What the context object says of the execution, redrives aside. */
  readonly #identity: JsonObject;
  #scope = new Scope();
  #waiters: (() => void)[] = [];

  constructor(
    engine: Engine,
    machine: StateMachine,
    at: { arn: string; name: string; inputText: string; input: Json },
  ) {
    this.engine = engine;
    this.machine = machine;
    this.executionArn = at.arn;
    this.name = at.name;
    this.inputText = at.inputText;
    this.startTime = engine.clock.now();
    this.history = new History(() => engine.clock.now());
    this.#identity = {
      Id: at.arn,
      Input: at.input,
      Name: at.name,
      RoleArn: `arn:aws:iam::${at.arn.split(':')[4] ?? ''}:role/${machine.name}`,
      StartTime: new Date(this.startTime).toISOString(),
    };
    this.context = this.#contextWith({});
    this.#frame = { state: machine.definition.graph.startAt, input: at.input, variables: {} };
    this.history.record('ExecutionStarted', 0, { input: at.input });
    this.#drive(0, false);
  }

  countTransition(kind: Transition['kind'], state: string): void {
    this.counters.stateTransitions += 1;
    const { executionArn, machine } = this;
    this.engine.onTransition({ kind, executionArn, stateMachineArn: machine.arn, state });
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

  /** Goes on in the state that failed, with its input and variables and with fresh retry counts. @throws ServiceError */
  redrive(): void {
    const reason = this.notRedrivable;
    if (reason !== undefined) throw new ServiceError('ExecutionNotRedrivable', reason);
    this.redriveCount += 1;
    this.redriveTime = this.engine.clock.now();
    this.status = 'RUNNING';
    this.stopTime = this.error = this.cause = undefined;
    this.#scope = new Scope();
    const time = new Date(this.redriveTime).toISOString();
    this.context = this.#contextWith({ RedriveCount: this.redriveCount, RedriveTime: time });
    const last = this.history.events.length;
    this.#drive(this.history.record('ExecutionRedriven', last, { redriveCount: this.redriveCount }), true);
  }

  #contextWith(redrive: JsonObject): JsonObject {
    const { arn, name } = this.machine;
    return { Execution: { ...this.#identity, ...redrive }, StateMachine: { Id: arn, Name: name } };
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
    this.#scope.cancel();
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
