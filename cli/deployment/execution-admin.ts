import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidArn,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  type DescribeExecutionCommandOutput,
  type ExecutionStatus,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';

/** An execution in a list. */
export interface ExecutionRow {
  readonly workflow: string;
  readonly name: string;
  readonly status: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
}

/** An execution with all that is known of it; input and output are JSON text. */
export interface ExecutionDetails extends ExecutionRow {
  readonly input: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly redriveCount: number;
}

export interface ExecutionDeskOptions {
  readonly client: SFNClient;
  /** What all addresses begin with, for instance `arn:aws:states:eu-west-1:123456789012:`. */
  readonly arnPrefix: string;
  readonly deployment: string;
}

/** Executions as an operator needs them. */
export class ExecutionAdmin {
  readonly #client: SFNClient;
  readonly #options: ExecutionDeskOptions;

  constructor(options: ExecutionDeskOptions) {
    this.#client = options.client;
    this.#options = options;
  }

  /** The workflows of this release. */
  get workflows(): readonly string[] {
    return STATE_MACHINES;
  }

  /** Text of a workflow's definition, as this release has it. */
  definition(workflow: string): string {
    return definitionOf(workflow);
  }

  /** Newest first, at most `most`. */
  async list(workflow: string, status: ExecutionStatus | undefined, most: number): Promise<ExecutionRow[]> {
    const rows: ExecutionRow[] = [];
    for (let nextToken: string | undefined; rows.length < most; ) {
      const answer = await unless([StateMachineDoesNotExist], () =>
        this.#client.send(
          new ListExecutionsCommand({
            stateMachineArn: this.#arn('stateMachine', workflow),
            maxResults: Math.min(1000, most),
            ...(status === undefined ? {} : { statusFilter: status }),
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        ),
      );
      for (const { name = '', status: stands = 'RUNNING', startDate, stopDate } of answer?.executions ?? [])
        rows.push({
          workflow,
          name,
          status: stands,
          startedAt: startDate?.getTime() ?? 0,
          stoppedAt: stopDate?.getTime(),
        });
      nextToken = answer?.nextToken;
      if (nextToken === undefined) break;
    }
    return rows.slice(0, most);
  }

  /** Undefined when there is none of that name. */
  async describe(workflow: string, name: string): Promise<ExecutionDetails | undefined> {
    const found = await unless([ExecutionDoesNotExist, InvalidArn], () =>
      this.#client.send(new DescribeExecutionCommand({ executionArn: this.#executionArn(workflow, name) })),
    );
    return found && details(workflow, name, found);
  }

  /** Looks the name up in every workflow. */
  async find(name: string): Promise<ExecutionDetails | undefined> {
    for (const workflow of this.workflows) {
      const found = await this.describe(workflow, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async history(workflow: string, name: string): Promise<HistoryEvent[]> {
    const all: HistoryEvent[] = [];
    for (let nextToken: string | undefined; ; ) {
      const answer = await this.#client.send(
        new GetExecutionHistoryCommand({
          executionArn: this.#executionArn(workflow, name),
          maxResults: 1000,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      all.push(...(answer.events ?? []));
      nextToken = answer.nextToken;
      if (nextToken === undefined) return all;
    }
  }

  async redrive(workflow: string, name: string): Promise<void> {
    await this.#client.send(new RedriveExecutionCommand({ executionArn: this.#executionArn(workflow, name) }));
  }

  async stop(workflow: string, name: string, cause: string): Promise<void> {
    const executionArn = this.#executionArn(workflow, name);
    await this.#client.send(new StopExecutionCommand({ executionArn, error: 'StoppedByOperator', cause }));
  }

  #executionArn(workflow: string, name: string): string {
    return `${this.#arn('execution', workflow)}:${name}`;
  }

  #arn(kind: 'stateMachine' | 'execution', workflow: string): string {
    return `${this.#options.arnPrefix}${kind}:${this.#options.deployment}-${workflow}`;
  }
}

function details(workflow: string, name: string, found: DescribeExecutionCommandOutput): ExecutionDetails {
  const { status = 'RUNNING', startDate, stopDate, input = '{}', output, error, cause, redriveCount = 0 } = found;
  const startedAt = startDate?.getTime() ?? 0;
  return {
    workflow,
    name,
    status,
    startedAt,
    stoppedAt: stopDate?.getTime(),
    input,
    output,
    error,
    cause,
    redriveCount,
  };
}

type ErrorClass = abstract new (...args: never[]) => Error;

async function unless<T>(expected: readonly ErrorClass[], ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (expected.some((each) => error instanceof each)) return undefined;
    throw error;
  }
}
