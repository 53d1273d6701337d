import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createTables, startDynamodb } from './dynamodb-emulator.ts';
import { createMessageBucket, createQueues, startSqs } from './sqs-emulator.ts';

/** Region and credentials that the emulators take; no account is behind them. */
export const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** DynamoDB, SQS and S3 of this machine, with a deployment's tables, queues and bucket. */
export interface Emulators {
  readonly dynamodbEndpoint: string;
  readonly sqsEndpoint: string;
  /** What the addresses of all queues begin with, the deployment's prefix not among it. */
  readonly queueUrlBase: string;
  /** Holds the payloads of messages that no queue takes; at the endpoint of SQS. */
  readonly messageBucket: string;
  stop(): Promise<void>;
}

/**
 * Starts the emulators on free ports of the loopback interface.
 *
 * @throws Error that names the package to install, where there is no DynamoDB emulator for this platform
 */
export const startEmulators = async (deployment: string, cells: readonly string[]): Promise<Emulators> => {
  const dynamodb = await startDynamodb();
  const sqs = await startSqs();
  const stop = async (): Promise<void> => {
    await Promise.all([dynamodb.stop(), sqs.stop()]);
  };
  const messageBucket = `${deployment}-messages`;
  try {
    const tables = new DynamoDBClient({ ...LOCAL, endpoint: dynamodb.endpoint });
    const queues = new SQSClient({ ...LOCAL, endpoint: sqs.endpoint });
    await createTables(tables, deployment, cells);
    await createQueues(queues, deployment, cells, LOCAL.region);
    await createMessageBucket(sqs.endpoint, messageBucket);
    tables.destroy();
    queues.destroy();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dynamodbEndpoint: dynamodb.endpoint,
    sqsEndpoint: sqs.endpoint,
    queueUrlBase: sqs.queueUrlBase,
    messageBucket,
    stop,
  };
};
