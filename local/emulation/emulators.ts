import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL } from '#cli/deployment/local-file';
import { createCellTable, createTables, startDynamodb } from './dynamodb-emulator.ts';
import { createMessageBucket, createQueues, startSqs } from './sqs-emulator.ts';

/** DynamoDB, SQS and S3 of this machine, with a deployment's tables, queues and bucket. */
export interface Emulators {
  readonly dynamodbEndpoint: string;
  readonly sqsEndpoint: string;
  /** What the addresses of all queues begin with, the deployment's prefix not among it. */
  readonly queueUrlBase: string;
  /** Holds the payloads of messages that no queue takes; at the endpoint of SQS. */
  readonly messageBucket: string;
  /** Makes the table and the queues of a further cell. */
  addCell(cell: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the emulators on free ports of the loopback interface.
 *
 * @param folder keeps tables, queues and objects. @default they end with this process
 * @throws Error that names the package to install, where there is no DynamoDB emulator for this platform
 */
export const startEmulators = async (
  deployment: string,
  cells: readonly string[],
  folder?: string,
): Promise<Emulators> => {
  const dynamodb = await startDynamodb(folder === undefined ? undefined : join(folder, 'tables.db'));
  const sqs = await startSqs(folder === undefined ? undefined : join(folder, 'queues'));
  const tables = new DynamoDBClient({ ...LOCAL, endpoint: dynamodb.endpoint });
  const queues = new SQSClient({ ...LOCAL, endpoint: sqs.endpoint });
  const stop = async (): Promise<void> => {
    tables.destroy();
    queues.destroy();
    await Promise.all([dynamodb.stop(), sqs.stop()]);
  };
  const messageBucket = `${deployment}-messages`;
  try {
    await createTables(tables, deployment, cells);
    await createQueues(queues, deployment, cells, LOCAL.region);
    await createMessageBucket(sqs.endpoint, messageBucket);
  } catch (error) {
    await stop();
    throw error;
  }
  const addCell = async (cell: string): Promise<void> => {
    await createCellTable(tables, deployment, cell);
    await createQueues(queues, deployment, [cell], LOCAL.region);
  };
  return {
    dynamodbEndpoint: dynamodb.endpoint,
    sqsEndpoint: sqs.endpoint,
    queueUrlBase: sqs.queueUrlBase,
    messageBucket,
    addCell,
    stop,
  };
};
