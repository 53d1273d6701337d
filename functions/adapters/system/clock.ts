import type { Clock } from '#ports/clock';

/** What setTimeout takes at most: a longer delay would fire at once. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The machine's clock. Its timers keep the process alive, as setTimeout does. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  timer(milliseconds: number, callback: () => void): () => void {
    let handle: NodeJS.Timeout;
    const arm = (left: number): void => {
      const step = Math.min(left, LONGEST_TIMEOUT);
      handle = setTimeout(() => (left > step ? arm(left - step) : callback()), step);
    };
    arm(Math.max(0, milliseconds));
    return () => clearTimeout(handle);
  }
}
