import { MessagingTimeout } from '#errors';
import type { Clock } from '#ports/clock';

/** How a host's driver waits for answers. */
export interface HoldOptions {
  readonly clock: Clock;
  /** Seconds that a call waits for its answer. */
  readonly timeoutSeconds: number;
  /** Seconds for which it is held beyond them, at most, while the conductor is away. */
  readonly holdSeconds: number;
  /** Whether the conductor answers a ping. */
  readonly ping: () => Promise<boolean>;
}

/**
 * Milliseconds after which a held call looks again, and for which an answer, or a ping without one, proves something.
 */
const [LOOK, FRESH, PROVED] = [5000, 15_000, 60_000] as const;

/**
 * Waits for answers as the driver of this project does (agent/oslo-messaging-sqs, `Patience` and `Availability`): a
 * call whose time is over is held while the conductor answers no ping, and has its time anew once it answers again.
 */
export class HeldCalls {
  readonly #options: HoldOptions;
  #answered: number | undefined;
  #unansweredSince: number | undefined;
  #awayAt: number | undefined;
  /** When it answered again after a silence, in epoch milliseconds. */
  #back = 0;

  constructor(options: HoldOptions) {
    this.#options = options;
  }

  /** @throws MessagingTimeout when the conductor is there and no answer came in time */
  async wait<T>(answer: Promise<T>): Promise<T> {
    const now = this.#options.clock.now();
    this.#unansweredSince ??= now;
    const call = { since: now, over: false };
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer.finally(() => this.#isAnswered()), this.#overdue(call)]);
    } finally {
      call.over = true;
    }
  }

  async #overdue(call: { readonly since: number; readonly over: boolean }): Promise<never> {
    const { clock, timeoutSeconds, holdSeconds } = this.#options;
    const timeout = timeoutSeconds * 1000;
    const limit = call.since + timeout + holdSeconds * 1000;
    const due = (): number => Math.min(limit, Math.max(call.since, this.#back) + timeout);
    while (!call.over) {
      if (clock.now() < due()) await this.#sleep(due() - clock.now());
      else if (clock.now() < limit && (await this.#isAway())) await this.#sleep(LOOK);
      else if (clock.now() >= due()) break;
    }
    throw new MessagingTimeout({ message_id: 'held' });
  }

  #isAnswered(): void {
    const now = this.#options.clock.now();
    const silent = this.#unansweredSince !== undefined && now - this.#unansweredSince > FRESH;
    if (silent || this.#awayAt !== undefined) this.#back = now;
    [this.#answered, this.#unansweredSince, this.#awayAt] = [now, undefined, undefined];
  }

  async #isAway(): Promise<boolean> {
    const now = this.#options.clock.now();
    if (this.#answered !== undefined && now - this.#answered < FRESH) return false;
    if (this.#awayAt !== undefined && now - this.#awayAt < PROVED) return true;
    const answered = this.#answered;
    if (await this.#options.ping()) {
      this.#isAnswered();
      return false;
    }
    if (this.#answered !== answered) return false;
    this.#awayAt = this.#options.clock.now();
    return true;
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.timer(milliseconds, resolve);
    });
  }
}
