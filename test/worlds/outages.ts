import { AsyncLocalStorage } from 'node:async_hooks';
import type { WorldOptions } from '#local/emulation/world';
import type { VirtualClock } from '#adapters/memory/virtual-clock';
import { ExecutionsThrottled } from '#ports/executions';
import { QueueThrottled } from '#ports/queues';
import { TableThrottled } from '#ports/tables';
import type { BuildWorldOptions } from '../fixtures/build-world.ts';
import { watchingAll, type Between } from '../fixtures/watching.ts';

/** What may be away: a service for all functions, or the functions themselves. */
export const SERVICES = ['tables', 'queues', 'executions', 'steps', 'queue functions', 'functions'] as const;

export interface Outage {
  readonly what: (typeof SERVICES)[number];
  /** Calls and invocations of functions between the request and its beginning: work takes no time on a virtual clock. */
  readonly after: number;
  readonly seconds: number;
}

/** Lambda does not run the function. */
class FunctionAway extends Error {
  override readonly name = 'Lambda.TooManyRequestsException';
}

/** Has services of a world be away for a while: to functions alone, since hosts and users have services of their own. */
export class Outages {
  readonly #inFunction = new AsyncLocalStorage<true>();
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
  get options(): Pick<BuildWorldOptions, 'around' | 'aroundBatch' | 'adapters' | 'adapt'> {
    const around: NonNullable<WorldOptions['around']> = (run) => this.#invoke('steps', run);
    return {
      around,
      aroundBatch: (run) => this.#invoke('queue functions', run),
      adapters: (adapters) => ({
        ...adapters,
        tables: watchingAll(
          adapters.tables,
          this.#unlessAway('tables', () => new TableThrottled('away')),
        ),
        queues: watchingAll(
          adapters.queues,
          this.#unlessAway('queues', () => new QueueThrottled('away')),
        ),
      }),
      adapt: (services) => ({
        ...services,
        executions: watchingAll(
          services.executions,
          this.#unlessAway('executions', () => new ExecutionsThrottled('away')),
        ),
      }),
    };
  }

  /** Counts a call, and tells whether what it needs is away. */
  #isAway(...what: readonly Outage['what'][]): boolean {
    if (this.#planned === undefined || this.#clock === undefined) return false;
    const now = this.#clock.now();
    if (this.#ends === undefined) {
      this.#left -= 1;
      if (this.#left >= 0) return false;
      this.#ends = now + this.#planned.seconds * 1000;
    }
    return what.includes(this.#planned.what) && now < this.#ends;
  }

  async #invoke<T>(what: 'steps' | 'queue functions', run: () => Promise<T>): Promise<T> {
    if (this.#isAway(what, 'functions')) throw new FunctionAway('no invocation');
    return this.#inFunction.run(true, run);
  }

  #unlessAway(what: Outage['what'], error: () => Error): Between {
    return async (_method, _args, run) => {
      if (this.#inFunction.getStore() === true && this.#isAway(what)) throw error();
      return run();
    };
  }
}
