import { randomBytes } from 'node:crypto';
import { seededIds } from '#adapters/memory/ids';
import { MemoryBlobs } from '#adapters/memory/blobs';
import { MemoryLog } from '#adapters/memory/log';
import { MemoryNotifier } from '#adapters/memory/notifier';
import { MemoryQueues, type QueueRequest } from '#adapters/memory/queues';
import { KeySealer } from '#adapters/memory/sealer';
import type { TableUse } from '#adapters/memory/table-use';
import { MemoryTables } from '#adapters/memory/tables';
import type { VirtualClock } from '#adapters/memory/virtual-clock';
import type { Journal } from '#local/runner/kept-execution';
import { MemoryBus } from './memory-bus.ts';
import { memorySource } from './memory-source.ts';
import { queueSchemas } from './queue-schema.ts';
import type { Platform } from './world.ts';

/** A platform in memory on a virtual clock, with all that tests look at. */
export interface MemoryPlatform extends Platform {
  readonly clock: VirtualClock;
  readonly blobs: MemoryBlobs;
  readonly tables: MemoryTables;
  readonly queues: MemoryQueues;
  readonly notifier: MemoryNotifier;
  readonly log: MemoryLog;
}

/** Makes a platform in memory; `onRequest` counts table requests, `onUse` what they read and wrote. */
export function memoryPlatform(options: {
  readonly clock: VirtualClock;
  readonly cells: readonly string[];
  readonly seed?: string | number;
  readonly onRequest?: (operation: string) => void;
  readonly onUse?: (use: TableUse) => void;
  readonly onQueueRequest?: (request: QueueRequest) => void;
  /** Of 32 bytes, by which documents are sealed. @default any */
  readonly key?: Uint8Array;
  /** Keeps executions. @default nobody */
  readonly journal?: Journal;
}): MemoryPlatform {
  const { clock, onRequest, onUse, onQueueRequest } = options;
  const ids = seededIds(options.seed ?? 0);
  const queues = new MemoryQueues({
    clock,
    uuid: () => ids.uuid(),
    ...(onQueueRequest ? { onRequest: onQueueRequest } : {}),
  });
  const createQueues = (cells: readonly string[]): void => {
    for (const { queue, ...schema } of queueSchemas(cells)) {
      queues.create(schema.deadLetterQueue);
      queues.create(queue, { visibilityTimeoutSeconds: schema.visibilityTimeoutSeconds, redrive: schema });
    }
  };
  createQueues(options.cells);
  const tables = new MemoryTables({ ...(onRequest ? { onRequest } : {}), ...(onUse ? { onUse } : {}) });
  const blobs = new MemoryBlobs();
  const [notifier, log] = [new MemoryNotifier(), new MemoryLog()];
  return {
    clock,
    blobs,
    tables,
    queues,
    notifier,
    log,
    adapters: { blobs, ids, log, notifier, queues, sealer: new KeySealer(options.key ?? randomBytes(32)), tables },
    bus: new MemoryBus(queues, blobs),
    ...(options.journal ? { journal: options.journal } : {}),
    addCell: async (cell) => createQueues([cell]),
    source: (queue) => memorySource(queues, queue, clock),
    stop: () => Promise.resolve(),
  };
}
