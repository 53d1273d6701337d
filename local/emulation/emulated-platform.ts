import { OUTSIDE_LIMITS } from '#adapters/client-limits';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { scanTable } from '#cli/deployment/scan';
import { DynamoTables } from '#adapters/dynamodb/tables';
import type { Item, TableName } from '#ports/tables';
import { randomIds } from '#adapters/system/ids';
import { MemoryLog } from './memory-log.ts';
import { MemoryNotifier } from './memory-notifier.ts';
import { KeySealer } from './key-sealer.ts';
import { SystemClock } from '#adapters/system/clock';
import { S3Blobs } from '#adapters/s3/blobs';
import { sqsClient } from '#adapters/sqs/client';
import { SqsQueues } from '#adapters/sqs/queues';
import { SqsBus } from '#client/sqs-bus';
import { startEmulators, type Emulators } from './emulators.ts';
import { executionFiles } from './execution-files.ts';
import { LOCAL } from '#cli/deployment/local-file';
import { sqsSource } from './sqs-source.ts';
import type { Platform } from './world.ts';

/** A platform of emulators under the real SDK. */
export interface EmulatedPlatform extends Platform {
  readonly emulators: Emulators;
  readonly notifier: MemoryNotifier;
  readonly log: MemoryLog;
  /** Every item of a table, by its short name. */
  readonly scan: (table: TableName) => AsyncIterable<Item>;
}

/**
 * Starts the emulators; `onRequest` counts table requests, and `through` stands between the functions and
 * an endpoint: it answers its own.
 */
export async function emulatedPlatform(options: {
  readonly deployment: string;
  readonly cells: readonly string[];
  readonly onRequest?: (operation: string) => void;
  readonly through?: (endpoint: string) => Promise<string>;
  /** Keeps all that the world has, so that another one goes on with it. @default it ends with this process */
  readonly folder?: string | undefined;
}): Promise<EmulatedPlatform> {
  const { deployment, onRequest, through = (endpoint) => Promise.resolve(endpoint), folder } = options;
  const emulators = await startEmulators(deployment, options.cells, folder);
  const { queueUrlBase } = emulators;
  const dynamodb = dynamodbClient({ ...LOCAL, endpoint: await through(emulators.dynamodbEndpoint) }, OUTSIDE_LIMITS);
  const sqs = sqsClient({ ...LOCAL, endpoint: emulators.sqsEndpoint }, OUTSIDE_LIMITS);
  const sqsOfFunctions = await through(emulators.sqsEndpoint);
  const ofFunctions = sqsClient({ ...LOCAL, endpoint: sqsOfFunctions }, OUTSIDE_LIMITS);
  const base = queueUrlBase.replace(emulators.sqsEndpoint, sqsOfFunctions);
  const s3 = { ...LOCAL, endpoint: emulators.sqsEndpoint, forcePathStyle: true };
  const blobs = new S3Blobs({ config: s3, limits: OUTSIDE_LIMITS, bucket: emulators.messageBucket, deployment });
  const [notifier, log] = [new MemoryNotifier(), new MemoryLog()];
  return {
    clock: new SystemClock(),
    emulators,
    notifier,
    log,
    scan: (table) => scanTable(dynamodb, `${deployment}-${table}`),
    adapters: {
      blobs,
      ids: randomIds,
      log,
      notifier,
      queues: new SqsQueues({ client: ofFunctions, queueUrlBase: base, deployment }),
      sealer: new KeySealer(folder === undefined ? randomBytes(32) : keptKey(join(folder, 'sealing-key'))),
      tables: new DynamoTables({ client: dynamodb, deployment, ...(onRequest ? { onRequest } : {}) }),
    },
    bus: new SqsBus({ client: sqs, queueUrlBase, deployment, messageBucket: emulators.messageBucket, s3 }),
    source: (queue) =>
      sqsSource({
        client: ofFunctions,
        queueUrl: `${base.replace(/\/$/u, '')}/${deployment}-${queue}`,
        queueArn: `arn:aws:sqs:${LOCAL.region}:000000000000:${deployment}-${queue}`,
        region: LOCAL.region,
      }),
    addCell: (cell) => emulators.addCell(cell),
    ...(folder === undefined ? {} : { journal: executionFiles(join(folder, 'executions'), { later, log }) }),
    stop: async () => {
      await blobs.close();
      dynamodb.destroy();
      sqs.destroy();
      ofFunctions.destroy();
      await emulators.stop();
    },
  };
}

/** The key of a file, which is made where there is none: what was sealed stays readable. */
function keptKey(file: string): Uint8Array {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return readFileSync(file);
}

/** Calls back after a second, for as long as something else keeps the process. */
const later = (callback: () => void): void => {
  setTimeout(callback, 1000).unref();
};
