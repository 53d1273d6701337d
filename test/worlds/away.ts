import { AsyncLocalStorage } from 'node:async_hooks';
import type { Platform, WorldOptions } from '#local/emulation/world';
import type { Clock } from '#ports/clock';
import { TableThrottled } from '#ports/tables';
import { watchingAll } from '../fixtures/watching.ts';
import type { AwayPlan } from './plan.ts';

/** Lambda does not run the function. */
class NotRun extends Error {
  override readonly name = 'Lambda.TooManyRequestsException';
}

/** Has single tables and functions be away for functions, each for its time. */
export class Away {
  readonly #plans: readonly AwayPlan[];
  readonly #inFunction = new AsyncLocalStorage<true>();
  /** Undefined until the plan begins. */
  #begun: { readonly clock: Clock; readonly at: number } | undefined;

  constructor(plans: readonly AwayPlan[]) {
    this.#plans = plans;
  }

  /** The times of the plan are counted from now on. */
  begin(clock: Clock): void {
    this.#begun = { clock, at: clock.now() };
  }

  readonly around: NonNullable<WorldOptions['around']> = (run, _event, [arn]) =>
    this.#invoke(arn.split('-').slice(2).join('-'), run);

  readonly aroundBatch = <T>(run: () => Promise<T>, queue: string): Promise<T> => this.#invoke(queue, run);

  readonly adapters = (adapters: Platform['adapters']): Platform['adapters'] => ({
    ...adapters,
    tables: watchingAll(adapters.tables, async (_method, [first], run) => {
      const named = tablesIn(first);
      if (this.#inFunction.getStore() === true && named.some((table) => this.#isAway(`table ${table}`)))
        throw new TableThrottled('away');
      return run();
    }),
  });

  async #invoke<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (this.#isAway(`function ${name}`)) throw new NotRun(name);
    return this.#inFunction.run(true, run);
  }

  #isAway(part: string): boolean {
    if (this.#begun === undefined) return false;
    const passed = (this.#begun.clock.now() - this.#begun.at) / 1000;
    return this.#plans.some(
      ({ what, at, seconds }) =>
        at <= passed &&
        passed < at + seconds &&
        (what === part || (what === 'cell cell1' && /^(?:table|function) cell-cell1/u.test(part))),
    );
  }
}

/** The tables of a call: its first argument names one, or lists keys or actions that do. */
function tablesIn(first: unknown): string[] {
  if (typeof first === 'string') return [first];
  if (!Array.isArray(first)) return [];
  return first.map((each) => String(Reflect.get(each, 'table')));
}
