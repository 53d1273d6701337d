import { PULSE_GAP_SECONDS } from '#conductor/liveness';
import { all, any, atLeast, atMost, equals } from '#ports/conditions';
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
  /** A record failed and comes again, or comes again after it has failed. */
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
  /** When a pulse that this process has read was noted last, by it or by another. */
  #readAt = -Infinity;
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
    if (!(await this.#later(cell, read, sentAt, now))) await this.#later(cell, { ...read, resumed_at: now }, sentAt);
    this.#readAt = now;
  }

  /**
   * A pulse that was sent before the one that is noted proves nothing new. Answers
   * whether it was noted, or need not be.
   *
   * @param goesOn when it is read, if it is to be noted only where none was missing before it
   */
  async #later(cell: string, set: Attributes, sentAt: number, goesOn?: number): Promise<boolean> {
    const newer = any(equals('pulse_sent_at', null), atMost('pulse_sent_at', sentAt - 1));
    const gap = PULSE_GAP_SECONDS * 1000;
    const mayBeMissing = goesOn !== undefined && goesOn - this.#readAt > gap;
    const condition = mayBeMissing ? all(newer, any(equals('read_at', null), atLeast('read_at', goesOn - gap))) : newer;
    try {
      await this.#services.tables.update(cellTable(cell), this.#key, { set }, condition);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return !mayBeMissing;
    }
  }
}
