import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '#ports/clock';
import { ExecutionsThrottled } from '#ports/executions';
import { QueueThrottled } from '#ports/queues';
import { TableThrottled } from '#ports/tables';
import type { BuildWorldOptions } from '../fixtures/build-world.ts';
import { watchingAll, type Between } from '../fixtures/watching.ts';
import type { AwayPlan } from './plan.ts';

/** Lambda does not run the function. */
class NotRun extends Error {
  override readonly name = 'Lambda.TooManyRequestsException';
}

/** What stands between a world's functions and all that they call. */
export type BetweenAll = Required<Pick<BuildWorldOptions, 'around' | 'aroundBatch' | 'adapters' | 'adapt'>>;

/**
 * Has functions not run, and their calls refused, whenever something that they need is away: for functions alone, since
 * hosts and users have services of their own.
 *
 * @param isAway whether one of these names is away, asked before each call: a service (`tables`), a part
 *   of it (`table api`), or the cell
 */
export function unlessAway(isAway: (...names: readonly string[]) => boolean): BetweenAll {
  const inFunction = new AsyncLocalStorage<true>();
  const invoke = async <T>(run: () => Promise<T>, name: string, kind: string): Promise<T> => {
    if (isAway('functions', kind, ...withCell(`function ${name}`))) throw new NotRun(name);
    return inFunction.run(true, run);
  };
  const port =
    (error: () => Error, names: (first: unknown) => readonly string[]): Between =>
    async (_method, [first], run) => {
      if (inFunction.getStore() === true && isAway(...names(first))) throw error();
      return run();
    };
  return {
    around: (run, _event, [arn]) => invoke(run, arn.split('-').slice(2).join('-'), 'steps'),
    aroundBatch: (run, queue) => invoke(run, queue, 'queue functions'),
    adapters: (adapters) => ({
      ...adapters,
      tables: watchingAll(
        adapters.tables,
        port(tableThrottled, (first) => ['tables', ...tablesIn(first).flatMap((table) => withCell(`table ${table}`))]),
      ),
      queues: watchingAll(
        adapters.queues,
        port(queueThrottled, () => ['queues']),
      ),
      notifier: watchingAll(
        adapters.notifier,
        port(queueThrottled, () => ['events']),
      ),
      blobs: watchingAll(
        adapters.blobs,
        port(queueThrottled, () => ['payloads']),
      ),
      sealer: watchingAll(
        adapters.sealer,
        port(tableThrottled, () => ['keys']),
      ),
    }),
    adapt: (services) => ({
      ...services,
      executions: watchingAll(
        services.executions,
        port(
          () => new ExecutionsThrottled('away'),
          () => ['executions'],
        ),
      ),
    }),
  };
}

const queueThrottled = (): Error => new QueueThrottled('away');
const tableThrottled = (): Error => new TableThrottled('away');

/** A part, and the cell whose own it is. */
function withCell(part: string): string[] {
  const [, cell] = /^(?:table|function) cell-(cell\d)/u.exec(part) ?? [];
  return cell === undefined ? [part] : [part, `cell ${cell}`];
}

/** The tables of a call: its first argument names one, or lists keys or actions that do. */
function tablesIn(first: unknown): string[] {
  if (typeof first === 'string') return [first];
  if (!Array.isArray(first)) return [];
  return first.map((each) => String(Reflect.get(each, 'table')));
}

/** Has single tables and functions be away, each for its time. */
export class Away {
  readonly #plans: readonly AwayPlan[];
  /** Undefined until the plan begins. */
  #begun: { readonly clock: Clock; readonly at: number } | undefined;

  constructor(plans: readonly AwayPlan[]) {
    this.#plans = plans;
  }

  /** The times of the plan are counted from now on. */
  begin(clock: Clock): void {
    this.#begun = { clock, at: clock.now() };
  }

  /** What stands between a world's functions and all that they call. */
  get options(): BetweenAll {
    return unlessAway((...names) => this.#isAway(names));
  }

  #isAway(names: readonly string[]): boolean {
    if (this.#begun === undefined) return false;
    const passed = (this.#begun.clock.now() - this.#begun.at) / 1000;
    return this.#plans.some(({ what, at, seconds }) => at <= passed && passed < at + seconds && names.includes(what));
  }
}
