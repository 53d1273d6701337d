import type { VirtualClock } from '#adapters/memory/virtual-clock';
import { unlessAway, type BetweenAll } from './away.ts';
import type { CROSSED, PARTS } from './plan.ts';

/** What may be away: a service for all functions, the functions themselves, or a part of either. */
export const SERVICES = [
  'tables',
  'queues',
  'executions',
  'keys',
  'events',
  'payloads',
  'steps',
  'queue functions',
  'functions',
] as const;

/** The functions of workflows that touch no server's own record. */
export const BESIDE = ['function attach-volume', 'function cache-images'] as const;

export interface Outage {
  readonly what: (typeof SERVICES | typeof PARTS | typeof CROSSED | typeof BESIDE)[number];
  /**
   * Calls and invocations of functions between the request and its beginning: work takes no time on a virtual clock.
   */
  readonly after: number;
  readonly seconds: number;
}

/** Has services of a world, or parts of them, be away for a while. */
export class Outages {
  #planned: Outage | undefined;
  #clock: VirtualClock | undefined;
  /** Calls until it begins. */
  #left = 0;
  /** When it is over, in epoch milliseconds; undefined while it has not begun. */
  #ends: number | undefined;

  /** Plans an outage from now on, in place of the one before. */
  plan(clock: VirtualClock, outage: Outage): void {
    this.#clock = clock;
    this.#planned = outage;
    this.#left = outage.after;
    this.#ends = undefined;
  }

  /** What stands between a world's functions and all that they call. */
  get options(): BetweenAll {
    return unlessAway((...names) => this.#isAway(names));
  }

  /** Counts a call, and answers whether what it needs is away. */
  #isAway(names: readonly string[]): boolean {
    if (this.#planned === undefined || this.#clock === undefined) return false;
    const now = this.#clock.now();
    if (this.#ends === undefined) {
      this.#left -= 1;
      if (this.#left >= 0) return false;
      this.#ends = now + this.#planned.seconds * 1000;
    }
    return names.includes(this.#planned.what) && now < this.#ends;
  }
}
