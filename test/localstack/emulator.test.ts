import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { DeployedApp, eventually } from './endpoint.ts';
import { KNOWN_GAPS } from './known-gaps.ts';

const endpoint = inject('endpoint');

/** What the app builds on, tried on machines of the test's own. */
describe.runIf(endpoint !== undefined)('the endpoint', () => {
  const app = new DeployedApp(endpoint ?? '');

  it('completes a state that waits for a task token', async () => {
    const waiting = await startWaiting(app, { TimeoutSeconds: 60, End: true });

    await app.sfn.send(new SendTaskSuccessCommand({ taskToken: waiting.token, output: '{"vm_state":"active"}' }));

    expect(await ended(app, waiting.execution)).toEqual({ status: 'SUCCEEDED', output: { vm_state: 'active' } });
  });

  it('catches by name what a task token fails with', async () => {
    const waiting = await startWaiting(app, {
      TimeoutSeconds: 60,
      End: true,
      Catch: [{ ErrorEquals: ['RescheduledException'], Output: '{% $states.errorOutput.Error %}', Next: 'Done' }],
    });

    await app.sfn.send(new SendTaskFailureCommand({ taskToken: waiting.token, error: 'RescheduledException' }));

    expect(await ended(app, waiting.execution)).toEqual({ status: 'SUCCEEDED', output: 'RescheduledException' });
  });

  it('ends a wait at its timeout and refuses the token afterwards', async () => {
    const waiting = await startWaiting(app, { TimeoutSeconds: 1, End: true });

    const result = await ended(app, waiting.execution);
    const late = app.sfn.send(new SendTaskSuccessCommand({ taskToken: waiting.token, output: '{}' }));

    expect(result).toMatchObject({ status: 'FAILED' });
    await expect(late).rejects.toMatchObject({ name: expect.stringMatching(/^Task(?:DoesNotExist|TimedOut)$/u) });
  });

  it(`still has the gap "${KNOWN_GAPS['same-name-while-running'].what}"`, async () => {
    const waiting = await startWaiting(app, { TimeoutSeconds: 60, End: true });
    const { machine, name } = waiting;

    const again = app.sfn.send(new StartExecutionCommand({ stateMachineArn: machine, name, input: '{}' }));

    await expect(again).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await app.sfn.send(new SendTaskSuccessCommand({ taskToken: waiting.token, output: '{}' }));
  });
});

interface Waiting {
  readonly machine: string;
  readonly execution: string;
  readonly name: string;
  readonly token: string;
}

/** Starts an execution whose only Task sends its token to a queue, and takes the token from there. */
async function startWaiting(app: DeployedApp, fields: Readonly<Record<string, unknown>>): Promise<Waiting> {
  const name = randomUUID();
  const { QueueUrl = '' } = await app.sqs.send(new CreateQueueCommand({ QueueName: `tokens-${name}` }));
  const wait = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: { QueueUrl, MessageBody: '{% $states.context.Task.Token %}' },
    ...fields,
  };
  const definition = { QueryLanguage: 'JSONata', StartAt: 'Wait', States: { Wait: wait, Done: { Type: 'Succeed' } } };
  const { stateMachineArn: machine = '' } = await app.sfn.send(
    new CreateStateMachineCommand({
      name: `waits-${name}`,
      roleArn: 'arn:aws:iam::000000000000:role/waits',
      definition: JSON.stringify(definition),
    }),
  );
  const { executionArn: execution = '' } = await app.sfn.send(
    new StartExecutionCommand({ stateMachineArn: machine, name, input: '{}' }),
  );
  const token = await eventually('the task token', async () => {
    const { Messages: [message] = [] } = await app.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
    );
    return message?.Body;
  });
  return { machine, execution, name, token };
}

async function ended(app: DeployedApp, executionArn: string): Promise<{ status: string; output: unknown }> {
  return eventually('the end of the execution', async () => {
    const { status = '', output = 'null' } = await app.sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? undefined : { status, output: JSON.parse(output) };
  });
}
