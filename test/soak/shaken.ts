import type { Platform } from '#local/emulation/world';
import { QueueThrottled } from '#ports/queues';
import { TableThrottled } from '#ports/tables';
import { watchingAll, type Between } from '../fixtures/watching.ts';

/** What happened on the way. */
export interface Counts {
  /** Messages that were sent, by whomever. */
  messages: number;
  /** Calls of functions to a port that went wrong on purpose. */
  faults: number;
  /** The share of those calls; 0 for none. */
  share: number;
}

/** Adapters of which a share of calls goes wrong: half of those before they are made, half with their answers lost. */
export function shaken(adapters: Platform['adapters'], counts: Counts): Platform['adapters'] {
  const between =
    (error: () => Error): Between =>
    async (method, args, run) => {
      const chance = counts.share === 0 ? 1 : Math.random() / counts.share;
      if (chance < 0.5) {
        counts.faults += 1;
        throw error();
      }
      const result = await run();
      if (method === 'send') counts.messages += 1;
      if (method === 'sendBatch' && Array.isArray(args[1])) counts.messages += args[1].length;
      if (chance >= 1) return result;
      counts.faults += 1;
      throw error();
    };
  return {
    ...adapters,
    tables: watchingAll(
      adapters.tables,
      between(() => new TableThrottled('slow down')),
    ),
    queues: watchingAll(
      adapters.queues,
      between(() => new QueueThrottled('slow down')),
    ),
  };
}
