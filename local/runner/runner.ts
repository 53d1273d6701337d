import type { Clock } from '#ports/clock';
import type { Engine, Invoke, StartedExecution, Transition } from './engine.ts';
import { Execution, type StateMachine } from './execution.ts';
import { uuid } from './expression-functions.ts';
import { Expressions } from './expressions.ts';
import type { HistoryEvent } from './history.ts';
import { parseJson, PAYLOAD_LIMIT, type JsonObject } from './json.ts';
import { newExecution, type Counters, type ExecutionStatus, type Journal } from './kept-execution.ts';
import { loadDefinition } from './load-definition.ts';
import { checkName, ServiceError } from './service-error.ts';
import { TaskTokens } from './task-tokens.ts';

export interface StepFunctionsOptions {
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1: jitter, `$random`, `$uuid`, names of executions that were given none. */
  readonly random: () => number;
  readonly invoke: Invoke;
  readonly region?: string;
  readonly account?: string;
  /** Called for every state transition, before the state does anything. */
  readonly onTransition?: (transition: Transition) => void;
  /** Keeps executions, so that a runner that starts again goes on with them. @default they end with this process */
  readonly journal?: Journal | undefined;
}

/** As DescribeExecution answers; absent members are absent there as well. */
export interface DescribedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startDate: Date;
  readonly stopDate?: Date;
  /** JSON text. */
  readonly input: string;
  readonly inputDetails: { readonly included: boolean };
  /** JSON text. */
  readonly output?: string;
  readonly outputDetails?: { readonly included: boolean };
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate?: Date;
  readonly redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE';
  readonly redriveStatusReason?: string;
}

/** How long the name of a closed execution stays taken. */
const NAME_KEPT = 90 * 24 * 3600 * 1000;

/**
 * Step Functions in this process: Standard workflows in the subset of the language that `statemachines/` uses.
 *
 * The calls carry the service's names, arguments, answers and errors (ServiceError).
 */
export class StepFunctions {
  readonly #engine: Engine;
  readonly #expressions: Expressions;
  readonly #machines = new Map<string, StateMachine & { readonly source: string; readonly creationDate: Date }>();
  readonly #executions = new Map<string, Execution>();
  readonly #scope: string;

  constructor(options: StepFunctionsOptions) {
    const { clock, random, invoke, region = 'us-east-1', account = '000000000000', journal } = options;
    this.#scope = `${region}:${account}`;
    this.#expressions = new Expressions({ clock, random });
    this.#engine = {
      clock,
      random,
      invoke,
      // Tokens of a runner before this one count as given out: fewer than one a millisecond were.
      tokens: new TaskTokens(journal === undefined ? 0 : clock.now()),
      functionArn: (name) => (name.startsWith('arn:') ? name : `arn:aws:lambda:${this.#scope}:function:${name}`),
      startExecution: (request) => this.startExecution(request),
      onTransition: options.onTransition ?? (() => {}),
      journal,
    };
  }

  /** @throws InvalidDefinition, ServiceError InvalidName, StateMachineAlreadyExists (under another definition) */
  async createStateMachine(request: {
    name: string;
    definition: string | JsonObject;
  }): Promise<{ stateMachineArn: string; creationDate: Date }> {
    checkName(request.name);
    const arn = `arn:aws:states:${this.#scope}:stateMachine:${request.name}`;
    const source = typeof request.definition === 'string' ? request.definition : JSON.stringify(request.definition);
    const known = this.#machines.get(arn);
    if (known !== undefined && known.source !== source) {
      throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const definition = loadDefinition(request.definition, this.#expressions);
    const creationDate = known?.creationDate ?? new Date(this.#engine.clock.now());
    this.#machines.set(arn, { arn, name: request.name, definition, source, creationDate });
    return { stateMachineArn: arn, creationDate };
  }

  /** Does nothing more: no timer of an execution keeps the process. */
  stop(): void {
    for (const execution of this.#executions.values()) execution.leave();
  }

  /** Goes on with the executions that were kept, once their state machines are there. */
  resume(): void {
    for (const kept of this.#engine.journal?.read() ?? []) {
      const machine = this.#machines.get(kept.stateMachineArn);
      if (machine === undefined || this.#executions.has(kept.executionArn)) continue;
      this.#executions.set(kept.executionArn, new Execution(this.#engine, machine, kept));
    }
  }

  /**
   * The same name and input, while the first is running, answers for the first.
   *
   * @throws ServiceError StateMachineDoesNotExist, InvalidName, InvalidExecutionInput, ExecutionAlreadyExists (also
   *   for 90 days after the other has closed, whatever the input)
   */
  async startExecution(request: { stateMachineArn: string; name?: string; input?: string }): Promise<StartedExecution> {
    const machine = this.#machines.get(request.stateMachineArn);
    if (machine === undefined) {
      throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${request.stateMachineArn}'`);
    }
    const name = request.name ?? this.#newName();
    checkName(name);
    const inputText = request.input ?? '{}';
    const input = Buffer.byteLength(inputText) > PAYLOAD_LIMIT ? undefined : parseJson(inputText);
    if (input === undefined) {
      throw new ServiceError(
        'InvalidExecutionInput',
        "Invalid State Machine Execution Input: 'Invalid execution input.'",
      );
    }
    const arn = `arn:aws:states:${this.#scope}:execution:${machine.name}:${name}`;
    const other = this.#executions.get(arn);
    if (other !== undefined && this.#nameIsTaken(other)) {
      if (other.status !== 'RUNNING' || other.inputText !== inputText) {
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      return { executionArn: arn, startDate: new Date(other.startTime) };
    }
    const startTime = this.#engine.clock.now();
    const begun = { executionArn: arn, stateMachineArn: machine.arn, name, inputText, startTime };
    const execution = new Execution(
      this.#engine,
      machine,
      newExecution(begun, machine.definition.graph.startAt, input),
    );
    this.#executions.set(arn, execution);
    return { executionArn: arn, startDate: new Date(execution.startTime) };
  }

  async describeExecution(request: { executionArn: string }): Promise<DescribedExecution> {
    return describe(this.#find(request.executionArn));
  }

  /** Newest first, all of them. */
  async listExecutions(request: {
    stateMachineArn: string;
    statusFilter?: ExecutionStatus;
  }): Promise<{ executions: DescribedExecution[] }> {
    const executions = [...this.#executions.values()]
      .filter((execution) => execution.machine.arn === request.stateMachineArn)
      .filter((execution) => request.statusFilter === undefined || execution.status === request.statusFilter)
      .map(describe)
      .toReversed();
    return { executions };
  }

  /** All events in one answer. */
  async getExecutionHistory(request: {
    executionArn: string;
    reverseOrder?: boolean;
  }): Promise<{ events: HistoryEvent[] }> {
    const { events } = this.#find(request.executionArn).history;
    return { events: request.reverseOrder === true ? events.toReversed() : [...events] };
  }

  async stopExecution(request: { executionArn: string; error?: string; cause?: string }): Promise<{ stopDate: Date }> {
    const execution = this.#find(request.executionArn);
    execution.stop(request.error, request.cause);
    return { stopDate: new Date(execution.stopTime ?? this.#engine.clock.now()) };
  }

  /** @throws ServiceError ExecutionDoesNotExist, ExecutionNotRedrivable */
  async redriveExecution(request: { executionArn: string }): Promise<{ redriveDate: Date }> {
    const execution = this.#find(request.executionArn);
    execution.redrive();
    return { redriveDate: new Date(execution.redriveTime ?? this.#engine.clock.now()) };
  }

  /** @throws ServiceError InvalidOutput, InvalidToken, TaskDoesNotExist, TaskTimedOut */
  async sendTaskSuccess(request: { taskToken: string; output: string }): Promise<void> {
    this.#engine.tokens.succeed(request.taskToken, request.output);
  }

  /** @throws ServiceError InvalidToken, TaskDoesNotExist, TaskTimedOut */
  async sendTaskFailure(request: { taskToken: string; error?: string; cause?: string }): Promise<void> {
    this.#engine.tokens.find(request.taskToken).fail(request.error, request.cause);
  }

  /** @throws ServiceError InvalidToken, TaskDoesNotExist, TaskTimedOut */
  async sendTaskHeartbeat(request: { taskToken: string }): Promise<void> {
    this.#engine.tokens.find(request.taskToken).heartbeat();
  }

  /** Answers once the execution is over; after a redrive, once it is over again. */
  async wait(executionArn: string): Promise<DescribedExecution> {
    const execution = this.#find(executionArn);
    await execution.ended();
    return describe(execution);
  }

  counters(executionArn: string): Counters {
    return { ...this.#find(executionArn).counters };
  }

  /** Ends in a running number, so that names differ even where chance is a constant. */
  #newName(): string {
    return uuid(this.#engine.random).slice(0, -12) + (this.#executions.size + 1).toString(16).padStart(12, '0');
  }

  #nameIsTaken(execution: Execution): boolean {
    return execution.stopTime === undefined || this.#engine.clock.now() - execution.stopTime < NAME_KEPT;
  }

  #find(executionArn: string): Execution {
    const execution = this.#executions.get(executionArn);
    if (execution !== undefined) return execution;
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  }
}

function describe(execution: Execution): DescribedExecution {
  const { output, error, cause, stopTime, redriveTime, notRedrivable } = execution;
  return {
    executionArn: execution.executionArn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startTime),
    ...(stopTime === undefined ? {} : { stopDate: new Date(stopTime) }),
    input: execution.inputText,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output: JSON.stringify(output), outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    redriveCount: execution.redriveCount,
    ...(redriveTime === undefined ? {} : { redriveDate: new Date(redriveTime) }),
    redriveStatus: notRedrivable === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(notRedrivable === undefined ? {} : { redriveStatusReason: notRedrivable }),
  };
}
