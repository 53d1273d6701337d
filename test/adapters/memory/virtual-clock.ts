import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#ports/clock';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** Tracked work: time stands still while it goes on and waits for nothing. */
interface Work {
  ended: boolean;
  idling: number;
}

const busy = (work: Work): number => (work.ended || work.idling > 0 ? 0 : 1);

/** A goal was not reached: no timer was left, the limit passed, or tracked work never ended. */
class ClockStalled extends Error {
  override readonly name = 'ClockStalled';
}

const DEFAULT_START = Date.UTC(2026, 0, 1);
/** Real milliseconds that tracked work may take before the clock gives up: a hanging call must not hang a test run. */
const DEFAULT_STALL = 15_000;

/** Runs once every promise callback that is ready has run, and once the event loop has polled for input. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/**
 * A clock that moves only when asked to, from timer to timer, and never while tracked work is in progress.
 *
 * Between two timers everything asynchronous settles, so the order of events is the same on every run.
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #current = new AsyncLocalStorage<Work>();
  #working = 0;
  #cancelled = 0;
  #wakeWhenIdle: (() => void)[] = [];
  readonly #stallAfter: number;
  /** Sorted by due time; equal times keep the order in which they were set. */
  #timers: Timer[] = [];

  constructor(start: number = DEFAULT_START, stallAfter: number = DEFAULT_STALL) {
    this.#now = start;
    this.#stallAfter = stallAfter;
  }

  now(): number {
    return this.#now;
  }

  timer(milliseconds: number, callback: () => void): () => void {
    const timer: Timer = { due: this.#now + Math.max(0, milliseconds), callback, cancelled: false };
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle];
      if (other !== undefined && other.due <= timer.due) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
    return () => {
      if (timer.cancelled) return;
      timer.cancelled = true;
      this.#cancelled += 1;
      this.#sweep();
    };
  }

  /**
   * Time stands still until the work has ended, so that real input and output fits into no virtual time at all.
   *
   * Given as a function, the work may use `idle` and `sleep`; given as a promise it may not, and would wait for ever.
   */
  track<T>(work: Promise<T> | (() => Promise<T>)): Promise<T> {
    const tracked: Work = { ended: false, idling: 0 };
    this.#change(1);
    const promise = typeof work === 'function' ? this.#current.run(tracked, work) : work;
    const end = (): void => {
      const before = busy(tracked);
      tracked.ended = true;
      this.#change(-before);
    };
    promise.then(end, end);
    return promise;
  }

  /** A wait for time, or for somebody else: inside tracked work, time may move meanwhile after all. */
  idle<T>(wait: Promise<T>): Promise<T> {
    const work = this.#current.getStore();
    if (work === undefined) return wait;
    const shift = (by: 1 | -1): void => {
      const before = busy(work);
      work.idling += by;
      this.#change(busy(work) - before);
    };
    const resume = (): void => shift(-1);
    shift(1);
    wait.then(resume, resume);
    return wait;
  }

  /** Resolves after that much virtual time. */
  sleep(milliseconds: number): Promise<void> {
    return this.idle(
      new Promise((resolve) => {
        this.timer(milliseconds, resolve);
      }),
    );
  }

  /** Moves time forward and fires the timers that come due, in order. */
  async advance(milliseconds: number): Promise<void> {
    const target = this.#now + milliseconds;
    await this.settle();
    while (await this.#fireNext(target));
    this.#now = target;
  }

  /**
   * Advances from timer to timer until the predicate holds or the promise settles, and answers the promise's value.
   *
   * @throws ClockStalled when that much virtual time passes first, or when nothing is left
   *   that could bring the goal about
   */
  async runUntil<T>(goal: Promise<T> | (() => boolean), limitMs: number): Promise<T | undefined> {
    const target = this.#now + limitMs;
    let reached = false;
    const holds = typeof goal === 'function' ? goal : () => reached;
    if (typeof goal !== 'function') {
      const settled = (): void => {
        reached = true;
      };
      goal.then(settled, settled);
    }
    await this.settle();
    while (!holds()) {
      if (!(await this.#fireNext(target))) {
        throw new ClockStalled(`no timer within ${limitMs} ms brings the goal about (${this.#timers.length} set)`);
      }
    }
    return typeof goal === 'function' ? undefined : await goal;
  }

  /** Lets everything asynchronous come to rest without moving time. */
  async settle(): Promise<void> {
    await turn();
    while (this.#working > 0) {
      await this.#untilIdle();
      await turn();
    }
  }

  async #fireNext(target: number): Promise<boolean> {
    for (;;) {
      const timer = this.#timers[0];
      if (timer === undefined || timer.due > target) return false;
      this.#timers.shift();
      if (timer.cancelled) {
        this.#cancelled -= 1;
        continue;
      }
      // Fired is as good as cancelled: its cancel function has nothing left to do.
      timer.cancelled = true;
      this.#now = timer.due;
      timer.callback();
      await this.settle();
      return true;
    }
  }

  /** Most timers are long timeouts that are cancelled long before they are due; they must not pile up. */
  #sweep(): void {
    if (this.#cancelled < 100 || this.#cancelled * 2 < this.#timers.length) return;
    this.#timers = this.#timers.filter((timer) => !timer.cancelled);
    this.#cancelled = 0;
  }

  #change(by: number): void {
    this.#working += by;
    if (this.#working > 0) return;
    for (const wake of this.#wakeWhenIdle.splice(0)) wake();
  }

  #untilIdle(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new ClockStalled(`tracked work has not ended after ${this.#stallAfter} ms of real time`));
      }, this.#stallAfter);
      this.#wakeWhenIdle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
