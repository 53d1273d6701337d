import type * as Sdk from '@aws-sdk/client-sfn';
import type { SFNClient, SFNClientConfig } from '@aws-sdk/client-sfn';
import { ExecutionsThrottled, type Executions, type ExecutionStatus, type Started } from '#ports/executions';
import type { JsonMap } from '#ports/json';
import { limited, type ClientLimits } from '../client-limits.ts';
import { transientAs } from '../transient-errors.ts';

export interface SfnExecutionsOptions {
  readonly config?: SFNClientConfig;
  /** @default those of the deployed functions */
  readonly limits?: ClientLimits | undefined;
  /** What all addresses begin with, for instance `arn:aws:states:eu-west-1:123456789012:`. */
  readonly arnPrefix: string;
  /** Every state machine's name begins with it and a dash. */
  readonly deployment: string;
}

/** Names of errors that say: nobody waits for such a token any more. */
export const ANSWERED: ReadonlySet<string> = new Set(['InvalidToken', 'TaskDoesNotExist', 'TaskTimedOut']);

/** Most characters that the service takes of an error's name and of its cause. */
const ERROR_LENGTH = 256;
const CAUSE_LENGTH = 32_768;

/**
 * The workflows in Step Functions.
 *
 * The client is loaded by the first call: a function that mostly answers object calls starts faster without it.
 */
export class SfnExecutions implements Executions {
  readonly #options: SfnExecutionsOptions;
  #loaded: Promise<{ readonly sdk: typeof Sdk; readonly client: SFNClient }> | undefined;

  constructor(options: SfnExecutionsOptions) {
    this.#options = options;
  }

  async start(workflow: string, name: string, input: JsonMap): Promise<Started> {
    const { sdk, client } = await this.#load();
    const stateMachineArn = this.#arn('stateMachine', workflow);
    const command = new sdk.StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    try {
      await client.send(command);
      return 'started';
    } catch (error) {
      if (error instanceof sdk.ExecutionAlreadyExists) return 'exists';
      throw translated(error);
    }
  }

  async status(workflow: string, name: string): Promise<ExecutionStatus | undefined> {
    const { sdk, client } = await this.#load();
    const executionArn = `${this.#arn('execution', workflow)}:${name}`;
    try {
      const { status } = await client.send(new sdk.DescribeExecutionCommand({ executionArn }));
      // An execution that waits to be redriven is not over.
      return status === 'PENDING_REDRIVE' ? 'RUNNING' : status;
    } catch (error) {
      if (error instanceof sdk.ExecutionDoesNotExist) return undefined;
      throw translated(error);
    }
  }

  async succeed(token: string, output: JsonMap): Promise<void> {
    const { sdk, client } = await this.#load();
    const command = new sdk.SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) });
    await settled(() => client.send(command));
  }

  async fail(token: string, error: string, cause: string): Promise<void> {
    const { sdk, client } = await this.#load();
    const command = new sdk.SendTaskFailureCommand({
      taskToken: token,
      error: error.slice(0, ERROR_LENGTH),
      cause: cause.slice(0, CAUSE_LENGTH),
    });
    await settled(() => client.send(command));
  }

  #load(): Promise<{ readonly sdk: typeof Sdk; readonly client: SFNClient }> {
    this.#loaded ??= import('@aws-sdk/client-sfn').then((sdk) => ({
      sdk,
      client: new sdk.SFNClient({ ...limited(this.#options.limits), ...this.#options.config }),
    }));
    return this.#loaded;
  }

  #arn(kind: 'stateMachine' | 'execution', workflow: string): string {
    return `${this.#options.arnPrefix}${kind}:${this.#options.deployment}-${workflow}`;
  }
}

const settled = async (send: () => Promise<unknown>): Promise<void> => {
  try {
    await send();
  } catch (error) {
    if (!(error instanceof Error && ANSWERED.has(error.name))) throw translated(error);
  }
};

const translated = (error: unknown): unknown => transientAs('Step Functions', ExecutionsThrottled, error);
