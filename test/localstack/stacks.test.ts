import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, inject, it } from 'vitest';
import { STATE_MACHINES } from '#statemachines/definitions';
import { DeployedApp } from './endpoint.ts';

const endpoint = inject('endpoint');

describe.runIf(endpoint !== undefined)('the deployed stacks', () => {
  const app = new DeployedApp(endpoint ?? '');

  it('are complete: the API level, cell0 and each cell', async () => {
    const stacks = await app.stacks();

    const ours = [...stacks].filter(([name]) => name.startsWith('nova-conductor-'));
    const complete = expect.stringMatching(/^(?:CREATE|UPDATE)_COMPLETE$/u);
    expect(Object.fromEntries(ours)).toMatchObject({
      'nova-conductor-state-api': complete,
      'nova-conductor-api': complete,
      'nova-conductor-state-cell-cell0': complete,
      'nova-conductor-state-cell-cell1': complete,
      'nova-conductor-cell-cell1': complete,
      'nova-conductor-state-cell-cell2': complete,
      'nova-conductor-cell-cell2': complete,
    });
  });

  it.each([
    ['mappings', ['by-cell', 'by-project']],
    ['build-requests', ['by-project']],
    ['api', ['by-project']],
    ['requests', []],
    ['placement', ['by-capacity', 'lookup']],
    ['cell-cell0', ['by-host', 'lookup']],
    ['cell-cell1', ['by-host', 'lookup']],
    ['cell-cell2', ['by-host', 'lookup']],
  ])('have the table %s with the indexes %j', async (table, indexes) => {
    const { Table } = await app.dynamodb.send(new DescribeTableCommand({ TableName: `nova-conductor-${table}` }));

    expect(Table?.TableStatus).toBe('ACTIVE');
    expect((Table?.GlobalSecondaryIndexes ?? []).map((index) => index.IndexName ?? '').toSorted()).toEqual(indexes);
  });

  it.each(['compute-task', 'conductor', 'network', 'cell-cell1-conductor', 'cell-cell2-conductor'])(
    'have the queue %s, whose dead letters have a queue of their own',
    async (queue) => {
      const { Attributes } = await app.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: app.queueUrl(queue), AttributeNames: ['RedrivePolicy'] }),
      );

      expect(Attributes?.['RedrivePolicy']).toContain(`nova-conductor-${queue}-dlq"`);
    },
  );

  it.each(STATE_MACHINES)('have the state machine of %s, with no placeholder left in it', async (workflow) => {
    const { definition } = await app.sfn.send(
      new DescribeStateMachineCommand({ stateMachineArn: app.stateMachineArn(workflow) }),
    );

    expect(definition).toContain(`:function:nova-conductor-${workflow}:live`);
    expect(definition).not.toMatch(/\$\{[A-Za-z]+\}/u);
  });

  it.each([
    'task-rpc',
    'object-rpc',
    'reconciler',
    'cell-cell1-object-rpc',
    'cell-cell2-object-rpc',
    ...STATE_MACHINES,
  ])('have the function %s on Node 24 behind the alias live', async (part) => {
    const made = await app.lambda(`nova-conductor-${part}`);
    const alias = await app.lambda(`nova-conductor-${part}/aliases/live`);

    expect(made).toContain('nodejs24.x');
    expect(JSON.parse(alias)).toMatchObject({ Name: 'live', FunctionVersion: expect.stringMatching(/^\d+$/u) });
  });
});
