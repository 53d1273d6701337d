import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { sqsClient } from '#adapters/sqs/client';
import { startFakeEndpoint, type FakeEndpoint } from '../fixtures/endpoints/fake-endpoint.ts';

describe('clients of the SDK', () => {
  let endpoint: FakeEndpoint;
  let logged: unknown[];
  const keep = (...content: unknown[]): void => {
    logged.push(content);
  };
  const logger = { trace: keep, debug: keep, info: keep, warn: keep, error: keep };
  beforeAll(async () => {
    endpoint = await startFakeEndpoint(() => ({}));
  });
  afterAll(() => endpoint.stop());
  beforeEach(() => {
    logged = [];
  });

  it('of DynamoDB hand no item to a logger', async () => {
    const client = dynamodbClient({ ...endpoint.config, logger });

    await client.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'of the request' } } }));

    expect(JSON.stringify(logged)).not.toContain('of the request');
  });

  it('of SQS hand no message to a logger', async () => {
    const client = sqsClient({ ...endpoint.config, md5: false, logger });

    await client.send(
      new SendMessageCommand({ QueueUrl: `${endpoint.config.endpoint}/queue`, MessageBody: 'of the request' }),
    );

    expect(JSON.stringify(logged)).not.toContain('of the request');
  });
});
