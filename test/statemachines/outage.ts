import type { Clock } from '#ports/clock';
import type { Services } from '#ports/services';
import type { Tables } from '#ports/tables';
import type { WorldOptions } from '#local/emulation/world';
import { watchingAll, type Between } from '../fixtures/watching.ts';

/** Seconds after a host got its order between which something of ours is away. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * Something of ours that is away for a while, counted from the first run of one of the
 * states in which a host is ordered.
 */
export class Outage {
  readonly #states: readonly string[];
  readonly #window: Window;
  #clock: Pick<Clock, 'now'> | undefined;
  #ordered: number | undefined;
  /** Calls that met it. */
  met = 0;

  constructor(states: readonly string[], window: Window) {
    this.#states = states;
    this.#window = window;
  }

  /** Sets the time from now on. */
  by(clock: Pick<Clock, 'now'>): void {
    this.#clock = clock;
  }

  /** Begins to count when a host is about to be ordered. */
  readonly watch: NonNullable<WorldOptions['around']> = (run, _event, [, , { state }]) => {
    if (this.#states.includes(state)) this.#ordered ??= this.#clock?.now();
    return run();
  };

  /** Every run of a step fails meanwhile. */
  readonly ofSteps =
    (fail: () => Error): NonNullable<WorldOptions['around']> =>
    (run, event, invoked) =>
      this.watch(() => this.#unlessAway(run, fail), event, invoked);

  /** Every call of a port fails meanwhile, whoever makes it. */
  readonly ofPort =
    (port: 'queues' | 'executions' | 'notifier' | 'sealer' | 'blobs', fail: () => Error) =>
    (services: Services): Services => ({ ...services, [port]: watchingAll(services[port], this.#between(fail)) });

  readonly ofTables =
    (fail: () => Error) =>
    (tables: Tables): Tables =>
      watchingAll(tables, this.#between(fail));

  readonly #between =
    (fail: () => Error): Between =>
    (_method, _args, run) =>
      this.#unlessAway(run, fail);

  #unlessAway<T>(run: () => Promise<T>, fail: () => Error): Promise<T> {
    const since = this.#ordered === undefined ? undefined : ((this.#clock?.now() ?? 0) - this.#ordered) / 1000;
    if (since === undefined || since < this.#window.from || since >= this.#window.to) return run();
    this.met += 1;
    return Promise.reject(fail());
  }
}
