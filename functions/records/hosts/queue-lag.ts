import { any, atMost, equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Attributes, type Key } from '#ports/tables';
import { deadAtOf, reachedBy } from '../items/queue-lag.ts';
import { cellTable } from '../keys.ts';

/** Most milliseconds between two pulses of one process, however long service_down_time is. */
const MOST_INTERVAL = 10_000;

/** Pulses within one service_down_time. */
const PULSES_IN_TIME = 6;

/** Milliseconds for which one note of a failure stands: an outage of ours must not fill the table with notes. */
const FAILURES_NOTED_EVERY = 1000;

/** Milliseconds between two pulses, or two notes of pulses, of one process. */
export const pulseInterval = (serviceDownTime: number): number =>
  Math.min(MOST_INTERVAL, (serviceDownTime * 1000) / PULSES_IN_TIME);

type LagServices = Pick<Services, 'tables' | 'clock' | 'config'>;

/** What came of a batch that bears on who can have been heard. */
export interface BatchNotes {
  /** When the pulses of ours among its records had been sent, in epoch milliseconds. */
  readonly pulses: readonly number[];
  /** A record failed, and comes again. */
  readonly failed: boolean;
  /** Hosts of which a record was put aside. */
  readonly dead: readonly string[];
  /** The address of the way, where it has one. */
  readonly url?: string;
}

/** Notes for a cell which pulses of ours were read from one of the ways to it, and what went wrong there. */
export class QueueLag {
  readonly #services: LagServices;
  readonly #key: Key;
  readonly #interval: number;
  #notedAt = -Infinity;
  #failureNotedAt = -Infinity;
  /** What has happened and could not be stored yet. */
  #owing: Attributes = {};

  /** @param key of the item of the way: the conductor queue, or the function URL */
  constructor(services: LagServices, key: Key) {
    this.#services = services;
    this.#key = key;
    this.#interval = pulseInterval(services.config.serviceDownTime);
  }

  /** Stores what came of a batch: trouble first, so that no pulse is stored without it. */
  async note(cell: string, { pulses, failed, dead, url }: BatchNotes): Promise<void> {
    const now = this.#services.clock.now();
    if (failed) this.#owing = { ...this.#owing, failed_at: now };
    for (const host of dead) this.#owing = { ...this.#owing, [deadAtOf(host)]: now };
    const trouble = Object.keys(this.#owing).length > 0;
    if (trouble && now - this.#failureNotedAt >= FAILURES_NOTED_EVERY) {
      await this.#services.tables.update(cellTable(cell), this.#key, { set: this.#owing });
      this.#failureNotedAt = now;
      this.#owing = {};
    }
    if (pulses.length === 0 || now - this.#notedAt < this.#interval || Object.keys(this.#owing).length > 0) return;
    this.#notedAt = now;
    const sentAt = Math.max(...pulses);
    const read = { pulse_sent_at: sentAt, read_at: now, lag: Math.max(0, now - sentAt), ...reachedBy(url) };
    await this.#later(cell, read, sentAt);
  }

  /** A pulse that was sent before the one that is noted proves nothing new. */
  async #later(cell: string, set: Attributes, sentAt: number): Promise<void> {
    const condition = any(equals('pulse_sent_at', null), atMost('pulse_sent_at', sentAt - 1));
    try {
      await this.#services.tables.update(cellTable(cell), this.#key, { set }, condition);
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
}
