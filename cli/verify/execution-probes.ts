import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ANSWERED } from '#adapters/sfn/executions';
import type { AssumptionId } from './assumptions.ts';
import { probedRole } from './probed-role.ts';
import { errorNameOf, once, type Probe, type Probing } from './probing.ts';
import { nextMessage, probedQueue, type ProbedQueue } from './queue-probes.ts';

/** Seconds until a new role is known to all services. */
export const ROLE_SECONDS = 60;

/** How an execution ended. */
interface Ended {
  readonly status: string;
  readonly output: string;
  readonly error: string;
}

/** Makes a state machine that is deleted in the end; answers its ARN. */
export async function probedMachine(
  on: Probing,
  part: string,
  roleArn: string,
  first: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { sfn } = on.clients;
  const { account, partition, region } = on.options;
  const name = on.name(part);
  const stateMachineArn = `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
  const States = { First: { ...first, End: true }, Caught: { Type: 'Succeed' } };
  const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'First', States });
  await on.make(
    `state machine ${name}`,
    () =>
      on.patiently('the state machine', ROLE_SECONDS, () =>
        sfn.send(new CreateStateMachineCommand({ name, roleArn, definition })),
      ),
    () => sfn.send(new DeleteStateMachineCommand({ stateMachineArn })),
  );
  return stateMachineArn;
}

/** Waits for the end of an execution. */
export const endOf = (on: Probing, executionArn: string): Promise<Ended> =>
  on.eventually('the end of the execution', 60, async () => {
    const {
      status = '',
      output = '',
      error = '',
    } = await on.clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? undefined : { status, output, error };
  });

/** A machine whose one state sends its token to a queue and waits so many seconds, as an expression says. */
async function waitingMachine(on: Probing): Promise<{ readonly machine: string; readonly tokens: ProbedQueue }> {
  const tokens = await probedQueue(on, 'tokens', { VisibilityTimeout: '300' });
  const grants = [{ Action: 'sqs:SendMessage', Resource: tokens.arn }];
  const role = await probedRole(on, 'machine', { Service: 'states.amazonaws.com' }, grants);
  const machine = await probedMachine(on, 'waiting', role, {
    Type: 'Task',
    Resource: `arn:${on.options.partition}:states:::sqs:sendMessage.waitForTaskToken`,
    Arguments: { QueueUrl: tokens.url, MessageBody: '{% $states.context.Task.Token %}' },
    TimeoutSeconds: '{% $states.input.seconds %}',
    Catch: [{ ErrorEquals: ['States.Timeout'], Output: '{% $states.errorOutput.Error %}', Next: 'Caught' }],
  });
  return { machine, tokens };
}

type Own = Extract<AssumptionId, `sfn-${string}`>;

/** What is assumed of Step Functions. */
export function executionProbes(on: Probing): Readonly<Record<Own, Probe>> {
  const { sfn } = on.clients;
  const waiting = once(() => waitingMachine(on));
  const start = async (name: string, seconds: number) =>
    sfn.send(
      new StartExecutionCommand({
        stateMachineArn: (await waiting()).machine,
        name,
        input: JSON.stringify({ seconds }),
      }),
    );
  /** Starts an execution whose state waits; the role may not be known to SQS yet, so a start may fail at first. */
  const begun = async (name: string, seconds: number) => {
    const { executionArn = '' } = await start(name, seconds);
    const token = (await nextMessage(on, (await waiting()).tokens)).Body ?? '';
    return { executionArn, token };
  };
  const succeed = (taskToken: string) => sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));

  return {
    'sfn-same-name-running': async () => {
      const first = await begun('running', 300);
      const again = await start('running', 300).catch((error: unknown) => error);
      const observed = {
        sameInput: again instanceof Error ? again.name : 'answered',
        otherInput: await errorNameOf(start('running', 301)),
      };
      await succeed(first.token);
      return { holds: observed.sameInput === 'answered' && observed.otherInput === 'ExecutionAlreadyExists', observed };
    },
    'sfn-same-name-ended': async () => {
      const { executionArn, token } = await begun('ended', 300);
      await succeed(token);
      await endOf(on, executionArn);
      const observed = await errorNameOf(start('ended', 300));
      return { holds: observed === 'ExecutionAlreadyExists', observed };
    },
    'sfn-time-out-name': async () => {
      const { executionArn } = await begun('time-out', 1);
      const observed = await endOf(on, executionArn);
      return { holds: observed.output === '"States.Timeout"', observed };
    },
    'sfn-settled-token': async () => {
      const { executionArn, token } = await begun('settled', 300);
      await succeed(token);
      await endOf(on, executionArn);
      const observed = { settled: await errorNameOf(succeed(token)), nonsense: await errorNameOf(succeed('nonsense')) };
      return {
        holds: ANSWERED.has(observed.settled) && observed.nonsense === 'InvalidToken',
        observed,
      };
    },
    'sfn-redrive': async () => {
      const { executionArn, token } = await begun('redriven', 300);
      await sfn.send(new SendTaskFailureCommand({ taskToken: token, error: 'Broken' }));
      const failed = await endOf(on, executionArn);
      await sfn.send(new RedriveExecutionCommand({ executionArn }));
      const running = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      const again = (await nextMessage(on, (await waiting()).tokens)).Body ?? '';
      await succeed(again);
      const observed = [failed.status, running.status, (await endOf(on, executionArn)).status];
      return { holds: observed[0] === 'FAILED' && observed[2] === 'SUCCEEDED', observed };
    },
  };
}
