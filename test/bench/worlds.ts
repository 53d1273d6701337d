import { randomBytes } from 'node:crypto';
import { dynamodbClient } from '#adapters/dynamodb/client';
import { DynamoTables } from '#adapters/dynamodb/tables';
import { randomIds } from '#adapters/system/ids';
import { MemoryBlobs } from '#adapters/memory/blobs';
import { MemoryLog } from '#local/emulation/memory-log';
import { MemoryNotifier } from '#local/emulation/memory-notifier';
import { MemoryQueues } from '#adapters/memory/queues';
import { KeySealer } from '#local/emulation/key-sealer';
import { SystemClock } from '#adapters/system/clock';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { createTables, startDynamodb } from '#local/emulation/dynamodb-emulator';
import { emulatedPlatform } from '#local/emulation/emulated-platform';
import { LOCAL } from '#cli/deployment/local-file';
import { MemoryBus } from '../fixtures/memory/bus.ts';
import { memoryPlatform } from '../fixtures/memory/platform.ts';
import { memorySource } from '../fixtures/memory/source.ts';
import { queueSchemas } from '#local/emulation/queue-schema';
import type { Platform } from '#local/emulation/world';
import type { Tables } from '#ports/tables';

/** The one cell of the bench. */
export const CELL = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };

/** Prefix of tables and queues. */
export const DEPLOYMENT = 'nova-conductor';

const CELLS = [CELL.name];

/** What a world of the bench stands on, and how its time is made to pass until something is done. */
export interface BenchGround {
  readonly platform: Platform;
  readonly pass: <T>(until: Promise<T>) => Promise<T>;
}

type OnRequest = () => void;

/** Everything in memory, on a virtual clock. */
export function inMemory(onRequest: OnRequest): BenchGround {
  const clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  const platform = memoryPlatform({ clock, cells: CELLS, onRequest });
  return {
    platform,
    pass: async (until) => {
      await clock.runUntil(until, 60_000);
      return until;
    },
  };
}

/** Tables of a deployment of their own in the DynamoDB emulator, under the real SDK. */
export async function emulatedTables(
  onRequest: OnRequest,
): Promise<{ readonly tables: Tables; readonly stop: () => Promise<void> }> {
  const emulator = await startDynamodb();
  const client = dynamodbClient({ ...LOCAL, endpoint: emulator.endpoint });
  await createTables(client, DEPLOYMENT, CELLS);
  return {
    tables: new DynamoTables({ client, deployment: DEPLOYMENT, onRequest }),
    stop: async () => {
      client.destroy();
      await emulator.stop();
    },
  };
}

/** The DynamoDB emulator under the real SDK; queues in memory, so that no emulator works in this process. */
export async function onDynamodb(onRequest: OnRequest): Promise<BenchGround> {
  const { tables, stop } = await emulatedTables(onRequest);
  const clock = new SystemClock();
  const queues = new MemoryQueues({ clock });
  for (const { queue, ...schema } of queueSchemas(CELLS)) {
    queues.create(schema.deadLetterQueue);
    queues.create(queue, { visibilityTimeoutSeconds: schema.visibilityTimeoutSeconds, redrive: schema });
  }
  const blobs = new MemoryBlobs();
  const sealer = new KeySealer(randomBytes(32));
  const platform: Platform = {
    clock,
    adapters: {
      ids: randomIds,
      log: new MemoryLog(),
      notifier: new MemoryNotifier(),
      queues,
      sealer,
      tables,
      blobs,
    },
    bus: new MemoryBus(queues, blobs),
    source: (queue) => memorySource(queues, queue, clock),
    addCell: () => Promise.reject(new Error('the bench has one cell')),
    stop,
  };
  return { platform, pass: (until) => until };
}

/** The emulators of DynamoDB and SQS under the real SDK; that of SQS works in this process. */
export async function onEmulators(onRequest: OnRequest): Promise<BenchGround> {
  const platform = await emulatedPlatform({ deployment: DEPLOYMENT, cells: CELLS, onRequest });
  return { platform, pass: (until) => until };
}
