import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SfnExecutions } from '#adapters/sfn/executions';
import { ExecutionsThrottled } from '#ports/executions';
import { startFakeEndpoint, type FakeEndpoint } from '../fixtures/endpoints/fake-endpoint.ts';
import { rejected } from '../fixtures/rejected.ts';

describe('SfnExecutions', () => {
  let endpoint: FakeEndpoint;
  let answer: object;
  let executions: SfnExecutions;
  beforeAll(async () => {
    endpoint = await startFakeEndpoint(() => answer);
  });
  afterAll(() => endpoint.stop());
  beforeEach(() => {
    answer = {};
    endpoint.requests.length = 0;
    executions = new SfnExecutions({
      config: endpoint.config,
      arnPrefix: 'arn:aws:states:us-east-1:123456789012:',
      deployment: 'nova',
    });
  });

  it('starts a state machine of the deployment under the name', async () => {
    answer = { executionArn: 'arn', startDate: 1 };

    const started = await executions.start('build', 'build-1', { request_id: 'req-1' });

    expect(started).toBe('started');
    expect(endpoint.requests).toEqual([
      {
        operation: 'StartExecution',
        body: {
          stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:nova-build',
          name: 'build-1',
          input: '{"request_id":"req-1"}',
        },
      },
    ]);
  });

  it('a name that was used is reported', async () => {
    answer = { __type: 'ExecutionAlreadyExists', message: 'x' };

    expect(await executions.start('build', 'build-1', {})).toBe('exists');
  });

  it.each(['ThrottlingException', 'ExecutionLimitExceeded', 'TooManyRequestsException'])(
    '%s asks for patience',
    async (name) => {
      answer = { __type: name, message: 'x' };

      expect(await rejected(executions.start('build', 'build-1', {}))).toBeInstanceOf(ExecutionsThrottled);
      expect(await rejected(executions.succeed('token', {}))).toBeInstanceOf(ExecutionsThrottled);
      expect(await rejected(executions.status('build', 'build-1'))).toBeInstanceOf(ExecutionsThrottled);
    },
  );

  it('an error that no patience helps stays as it is', async () => {
    answer = { __type: 'StateMachineDoesNotExist', message: 'x' };

    expect(await rejected(executions.start('build', 'build-1', {}))).toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });

  it.each([
    ['RUNNING', 'RUNNING'],
    ['PENDING_REDRIVE', 'RUNNING'],
    ['TIMED_OUT', 'TIMED_OUT'],
  ])('an execution that is %s is %s', async (status, expected) => {
    answer = { status };

    expect(await executions.status('build', 'build-1')).toBe(expected);
    expect(endpoint.requests[0]?.body).toEqual({
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:nova-build:build-1',
    });
  });

  it('an execution that is not there has no status', async () => {
    answer = { __type: 'ExecutionDoesNotExist', message: 'x' };

    expect(await executions.status('build', 'build-1')).toBeUndefined();
  });

  it('a token is answered with output, or with a name and a cause that fit', async () => {
    await executions.succeed('token', { vm_state: 'active' });
    await executions.fail('token', 'RescheduledException', 'x'.repeat(40_000));

    expect(endpoint.requests).toEqual([
      { operation: 'SendTaskSuccess', body: { taskToken: 'token', output: '{"vm_state":"active"}' } },
      {
        operation: 'SendTaskFailure',
        body: { taskToken: 'token', error: 'RescheduledException', cause: 'x'.repeat(32_768) },
      },
    ]);
  });

  it.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])('%s counts as answered', async (name) => {
    answer = { __type: name, message: 'x' };

    expect(await rejected(executions.succeed('token', {}))).toBeUndefined();
    expect(await rejected(executions.fail('token', 'E', 'c'))).toBeUndefined();
  });
});
