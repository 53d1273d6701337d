import type { Clock } from '#ports/clock';
import { Cancelled } from './failure.ts';

/** How long something may go on: an execution, or one iteration of a Map. Cancelling it cancels what runs inside. */
export class Scope {
  #cancelled = false;
  readonly #onCancel = new Set<() => void>();

  /** @throws Cancelled when it is over */
  check(): void {
    if (this.#cancelled) throw new Cancelled('it is over');
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const callback of this.#onCancel) callback();
    this.#onCancel.clear();
  }

  /** The answer takes the callback back. */
  onCancel(callback: () => void): () => void {
    this.#onCancel.add(callback);
    return () => this.#onCancel.delete(callback);
  }

  child(): Scope {
    this.check();
    const child = new Scope();
    this.onCancel(() => child.cancel());
    return child;
  }

  /** @throws Cancelled */
  sleep(clock: Clock, milliseconds: number): Promise<void> {
    this.check();
    return new Promise((resolve, reject) => {
      const forget = this.onCancel(() => {
        cancelTimer();
        reject(new Cancelled('it is over'));
      });
      const cancelTimer = clock.timer(milliseconds, () => {
        forget();
        resolve();
      });
    });
  }
}
