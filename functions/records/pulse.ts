import type { Services } from '#ports/services';
import { cellTable } from './keys.ts';

/** Milliseconds between two notes of one process: heartbeats come every ten seconds, so this is often enough. */
const NOTED_EVERY = 10_000;

const key = { pk: 'pulse', sk: 'pulse' };

/** Notes that a cell's conductor queue is being handled, and how long its messages wait. */
export class Pulse {
  readonly #services: Pick<Services, 'tables' | 'clock'>;
  #notedAt = 0;

  constructor(services: Pick<Services, 'tables' | 'clock'>) {
    this.#services = services;
  }

  /** `sentAt`: epoch milliseconds at which the message at hand was sent. */
  async note(cell: string, sentAt: number): Promise<void> {
    const now = this.#services.clock.now();
    if (now - this.#notedAt < NOTED_EVERY) return;
    this.#notedAt = now;
    await this.#services.tables.update(cellTable(cell), key, { set: { at: now, lag: Math.max(0, now - sentAt) } });
  }
}

/** The last note of a cell, and where it lies. */
export const pulseKey = key;
