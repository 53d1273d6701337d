import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, expect, it, vi } from 'vitest';
import { sqsClient } from '#adapters/sqs/client';
import { startFakeEndpoint } from '../../fixtures/endpoints/fake-endpoint.ts';

const quiet = (): void => {};

afterEach(() => {
  vi.unstubAllEnvs();
});

it('goes to its endpoint, whatever host a queue address names, and warns of nothing', async () => {
  const endpoint = await startFakeEndpoint(() => ({}));
  const { endpoint: address, ...config } = endpoint.config;
  vi.stubEnv('AWS_ENDPOINT_URL', address);
  const warn = vi.fn<() => void>();
  const logger = { trace: quiet, debug: quiet, info: quiet, warn, error: warn };
  const client = sqsClient({ ...config, md5: false, logger });

  const queueUrl = 'https://sqs.us-east-1.invalid/000000000000/nova-conductor-conductor';
  await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{}' }));
  await endpoint.stop();

  expect(endpoint.requests).toMatchObject([{ operation: 'SendMessage', body: { QueueUrl: queueUrl } }]);
  expect(warn).not.toHaveBeenCalled();
});
