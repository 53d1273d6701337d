import { ANSWERED } from '#adapters/sfn/executions';
import type { Executions, ExecutionStatus, Started } from '#ports/executions';
import { ServiceError } from '#local/runner/service-error';
import type { StepFunctions } from '#local/runner/runner';

/** ARN of a workflow's state machine in the runner. */
export const machineArn = (deployment: string, workflow: string): string =>
  `arn:aws:states:us-east-1:000000000000:stateMachine:${deployment}-${workflow}`;

/** ARN of an execution in the runner. */
export const executionArn = (deployment: string, workflow: string, name: string): string =>
  `arn:aws:states:us-east-1:000000000000:execution:${deployment}-${workflow}:${name}`;

/** The port `executions` over the runner. */
export function runnerExecutions(runner: StepFunctions, deployment: string): Executions {
  return {
    async start(workflow, name, input): Promise<Started> {
      try {
        await runner.startExecution({
          stateMachineArn: machineArn(deployment, workflow),
          name,
          input: JSON.stringify(input),
        });
        return 'started';
      } catch (error) {
        if (named(error, 'ExecutionAlreadyExists')) return 'exists';
        throw error;
      }
    },
    async status(workflow, name): Promise<ExecutionStatus | undefined> {
      try {
        return (await runner.describeExecution({ executionArn: executionArn(deployment, workflow, name) })).status;
      } catch (error) {
        if (named(error, 'ExecutionDoesNotExist')) return undefined;
        throw error;
      }
    },
    succeed: (taskToken, output) =>
      answered(() => runner.sendTaskSuccess({ taskToken, output: JSON.stringify(output) })),
    fail: (taskToken, error, cause) => answered(() => runner.sendTaskFailure({ taskToken, error, cause })),
  };
}

async function answered(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof ServiceError && ANSWERED.has(error.name))) throw error;
  }
}

const named = (error: unknown, name: string): boolean => error instanceof ServiceError && error.name === name;
