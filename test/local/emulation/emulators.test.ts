import { DynamoDBClient, DescribeTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulators, type Emulators } from '#local/emulation/emulators';
import { LOCAL } from '#cli/deployment/local-file';

describe('emulators', () => {
  let emulators: Emulators;
  let dynamodb: DynamoDBClient;
  let sqs: SQSClient;
  beforeAll(async () => {
    emulators = await startEmulators('nova', ['cell1', 'cell2']);
    dynamodb = new DynamoDBClient({ ...LOCAL, endpoint: emulators.dynamodbEndpoint });
    sqs = new SQSClient({ ...LOCAL, endpoint: emulators.sqsEndpoint });
  });
  afterAll(async () => {
    dynamodb.destroy();
    sqs.destroy();
    await emulators.stop();
  });

  it('have the tables of the deployment, a table for cell0 among them', async () => {
    const { TableNames } = await dynamodb.send(new ListTablesCommand({}));

    expect(TableNames?.toSorted()).toEqual(
      ['api', 'build-requests', 'cell-cell0', 'cell-cell1', 'cell-cell2', 'mappings', 'placement', 'requests'].map(
        (table) => `nova-${table}`,
      ),
    );
  });

  it('have the indexes of the placement table', async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: 'nova-placement' }));

    expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).toSorted()).toEqual([
      'by-capacity',
      'lookup',
    ]);
    expect(Table?.AttributeDefinitions).toContainEqual({ AttributeName: 'by_capacity_sort', AttributeType: 'N' });
  });

  it('have a queue with a dead-letter queue for each use, and none for cell0', async () => {
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    const names = QueueUrls?.map((url) => url.split('/').at(-1)?.replace('nova-', ''));

    expect(names?.filter((name) => !name?.endsWith('-dlq')).toSorted()).toEqual([
      'cell-cell1-conductor',
      'cell-cell2-conductor',
      'compute-task',
      'conductor',
      'network',
    ]);
    expect(names?.filter((name) => name?.endsWith('-dlq'))).toHaveLength(5);
  });

  it('redrive to the dead-letter queue', async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: `${emulators.queueUrlBase}nova-compute-task`,
        AttributeNames: ['RedrivePolicy'],
      }),
    );

    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toMatchObject({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:nova-compute-task-dlq',
    });
  });
});
