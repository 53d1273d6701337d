import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { emulatorStores } from './emulator-stores.ts';
import { queueSchemas, type QueueSchema } from './queue-schema.ts';

/** The account that the emulator's queues belong to. */
const ACCOUNT = '000000000000';

/** An SQS endpoint inside this process. */
export interface SqsEmulator {
  readonly endpoint: string;
  /** What the addresses of all queues begin with. */
  readonly queueUrlBase: string;
  stop(): Promise<void>;
}

/**
 * Starts the emulator on a free port of the loopback interface.
 *
 * @param folder keeps queues, messages and objects. @default they end with this process
 */
export const startSqs = async (folder?: string): Promise<SqsEmulator> => {
  const app = buildApp({ logger: false, ...(folder === undefined ? {} : { stores: emulatorStores(folder) }) });
  const endpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  return { endpoint, queueUrlBase: `${endpoint}/${ACCOUNT}/`, stop: () => app.close() };
};

/**
 * Makes the bucket for messages that no queue takes: the emulator of SQS has objects as well. One that is there stays.
 */
export const createMessageBucket = async (endpoint: string, bucket: string): Promise<void> => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  }
  client.destroy();
};

/** Makes a queue, for instance that of a host; one that is there with the same settings stays. */
export const createQueue = async (
  client: SQSClient,
  deployment: string,
  queue: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<void> => {
  await client.send(new CreateQueueCommand({ QueueName: `${deployment}-${queue}`, Attributes: attributes }));
};

/** Makes the deployment's queues, each with its dead-letter queue. */
export const createQueues = async (
  client: SQSClient,
  deployment: string,
  cells: readonly string[],
  region: string,
): Promise<void> => {
  for (const schema of queueSchemas(cells)) {
    await createQueue(client, deployment, schema.deadLetterQueue);
    await createQueue(client, deployment, schema.queue, queueAttributes(schema, deployment, region));
  }
};

const queueAttributes = (schema: QueueSchema, deployment: string, region: string): Record<string, string> => ({
  VisibilityTimeout: String(schema.visibilityTimeoutSeconds),
  RedrivePolicy: JSON.stringify({
    deadLetterTargetArn: `arn:aws:sqs:${region}:${ACCOUNT}:${deployment}-${schema.deadLetterQueue}`,
    maxReceiveCount: schema.maxReceiveCount,
  }),
});
