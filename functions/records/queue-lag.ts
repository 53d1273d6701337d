import type { Services } from '#ports/services';
import { cellTable } from './keys.ts';

/** Milliseconds between two notes of one process: heartbeats come every ten seconds, so this is often enough. */
const NOTED_EVERY = 10_000;

/** Notes within service_down_time, however short it is: an older note would make a dead host look unheard. */
const NOTES_IN_TIME = 6;

const key = { pk: 'pulse', sk: 'pulse' };

/** Notes that a cell's conductor queue is being handled, and how long its messages wait. */
export class QueueLag {
  readonly #interval: number;
  readonly #services: Pick<Services, 'tables' | 'clock' | 'config'>;
  #notedAt = 0;

  constructor(services: Pick<Services, 'tables' | 'clock' | 'config'>) {
    this.#services = services;
    this.#interval = Math.min(NOTED_EVERY, (services.config.serviceDownTime * 1000) / NOTES_IN_TIME);
  }

  /** `sentAt`: epoch milliseconds at which the message at hand was sent. */
  async note(cell: string, sentAt: number): Promise<void> {
    const now = this.#services.clock.now();
    if (now - this.#notedAt < this.#interval) return;
    this.#notedAt = now;
    await this.#services.tables.update(cellTable(cell), key, { set: { at: now, lag: Math.max(0, now - sentAt) } });
  }
}

/** The last note of a cell, and where it lies. */
export const queueLagKey = key;
