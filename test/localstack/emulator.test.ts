import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { DeployedApp, eventually } from './endpoint.ts';

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

  it('still has the gap same-name-while-running', async () => {
    const waiting = await startWaiting(app, { TimeoutSeconds: 60, End: true });
    const { machine, name } = waiting;

    const again = app.sfn.send(new StartExecutionCommand({ stateMachineArn: machine, name, input: '{}' }));

    await expect(again).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await app.sfn.send(new SendTaskSuccessCommand({ taskToken: waiting.token, output: '{}' }));
  });

  it('still has the gap lambda-error-names', async () => {
    // The service would say `Error`, the name of what the function throws.
    const work = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'nova-conductor-launch:live', Payload: { step: 'no such step', state: {} } },
      End: true,
      Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput %}', Next: 'Done' }],
    };

    const { output } = await ended(app, (await start(app, work)).execution);

    expect(output).toMatchObject({
      Error: 'Runtime.HandlerError',
      Cause: expect.stringContaining('no step is called'),
    });
  });

  it('still has the gap heartbeat-seconds', async () => {
    const waiting = await startWaiting(app, {
      HeartbeatSeconds: 1,
      TimeoutSeconds: 3,
      End: true,
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Done' }],
    });

    const result = await ended(app, waiting.execution);

    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('still has the gap computed-timeouts', async () => {
    const waiting = await startWaiting(app, { TimeoutSeconds: '{% 1 %}', End: true });

    const result = await ended(app, waiting.execution);

    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('still has the gap no-redrive', async () => {
    const { execution } = await start(app, { Type: 'Fail', Error: 'Broken' });
    const { status } = await ended(app, execution);

    const redriven = app.sfn.send(new RedriveExecutionCommand({ executionArn: execution }));

    expect(status).toBe('FAILED');
    await expect(redriven).rejects.toMatchObject({ name: 'InvalidAction' });
  });

  it('still has the gap redrive-count', async () => {
    const output = '{% $states.context.Execution.RedriveCount %}';

    const result = await ended(app, (await start(app, { Type: 'Pass', Output: output, End: true })).execution);

    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  it('still has the gap no-principals', async () => {
    const { QueueUrl = '' } = await app.sqs.send(new CreateQueueCommand({ QueueName: `senders-${randomUUID()}` }));
    await app.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));

    const { Messages: [message] = [] } = await app.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['SenderId'], WaitTimeSeconds: 5 }),
    );

    expect(message?.Attributes?.['SenderId']).toBe('000000000000');
  });
});

interface Started {
  readonly machine: string;
  readonly execution: string;
  readonly name: string;
}

/** Starts an execution that begins with the state, on a machine whose other state is `Done`. */
async function start(app: DeployedApp, first: Readonly<Record<string, unknown>>): Promise<Started> {
  const name = randomUUID();
  const definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'First',
    States: { First: first, Done: { Type: 'Succeed' } },
  };
  const { stateMachineArn: machine = '' } = await app.sfn.send(
    new CreateStateMachineCommand({
      name: `probe-${name}`,
      roleArn: 'arn:aws:iam::000000000000:role/probe',
      definition: JSON.stringify(definition),
    }),
  );
  const { executionArn: execution = '' } = await app.sfn.send(
    new StartExecutionCommand({ stateMachineArn: machine, name, input: '{}' }),
  );
  return { machine, execution, name };
}

/** Starts an execution whose only Task sends its token to a queue, and takes the token from there. */
async function startWaiting(
  app: DeployedApp,
  fields: Readonly<Record<string, unknown>>,
): Promise<Started & { readonly token: string }> {
  const { QueueUrl = '' } = await app.sqs.send(new CreateQueueCommand({ QueueName: `tokens-${randomUUID()}` }));
  const started = await start(app, {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: { QueueUrl, MessageBody: '{% $states.context.Task.Token %}' },
    ...fields,
  });
  const token = await eventually('the task token', async () => {
    const { Messages: [message] = [] } = await app.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
    );
    return message?.Body;
  });
  return { ...started, token };
}

interface End {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
}

async function ended(app: DeployedApp, executionArn: string): Promise<End> {
  return eventually('the end of the execution', async () => {
    const { status = '', output = 'null', error } = await app.sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING' ? undefined : { status, output: JSON.parse(output), error };
  });
}
