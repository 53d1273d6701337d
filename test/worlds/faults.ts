import { AsyncLocalStorage } from 'node:async_hooks';
import type { Platform, WorldOptions } from '#local/emulation/world';
import { PlacementAPIConnectFailure } from '#errors';
import type { MemoryQueues } from '#adapters/memory/queues';
import { ExecutionsThrottled } from '#ports/executions';
import { QueueThrottled, type OutgoingMessage } from '#ports/queues';
import type { Services } from '#ports/services';
import { TableThrottled } from '#ports/tables';
import { watchingAll, type Between } from '../fixtures/watching.ts';
import type { DeliveryPlan, FaultPlan } from './plan.ts';

/** The function died under its caller. */
class Crash extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** One invocation of a function. */
interface Invocation {
  readonly where: FaultPlan['where'];
  /** Why it is dead, if it is. */
  death: Error | undefined;
  kill(death: Error): void;
}

/**
 * Stands between functions and their ports and has calls go wrong as planned. A function that dies has
 * no further effect and answers its caller nothing: its calls are refused, since what it shares with
 * others of its process must not hang.
 */
export class Faults {
  readonly #plans: readonly FaultPlan[];
  readonly #current = new AsyncLocalStorage<Invocation>();
  readonly #calls = { steps: 0, queues: 0 };
  #armed = false;
  /** What went wrong, in the order of its going wrong. */
  readonly struck: string[] = [];
  /** Every call, with what is different about it: two plays of one plan are the same. */
  readonly trace: string[] = [];
  /** Called with each call before it is made. */
  onCall: (where: FaultPlan['where'], call: number) => void = () => undefined;

  constructor(plans: readonly FaultPlan[]) {
    this.#plans = plans;
  }

  /** Calls are counted from now on. */
  arm(): void {
    this.#armed = true;
  }

  /** Has calls of a port go wrong; their first arguments are part of the name of the call. */
  readonly #between =
    (shownArguments: number, throttled: (() => Error) | undefined): Between =>
    (method, args, run) =>
      this.#call([method, ...args.slice(0, shownArguments).map(wordOf)].join(' '), throttled, run);

  readonly around: NonNullable<WorldOptions['around']> = (run) => this.#invoke('steps', run);

  readonly aroundBatch = <T>(run: () => Promise<T>): Promise<T> => this.#invoke('queues', run);

  readonly adapters = (adapters: Platform['adapters']): Platform['adapters'] => ({
    ...adapters,
    tables: watchingAll(
      adapters.tables,
      this.#between(2, () => new TableThrottled('slow down')),
    ),
    queues: watchingAll(
      adapters.queues,
      this.#between(1, () => new QueueThrottled('slow down')),
    ),
    notifier: watchingAll(adapters.notifier, this.#between(1, undefined)),
  });

  /** Stands between functions and a service over HTTP. */
  readonly overHttp: Between = this.#between(
    1,
    () =>
      new PlacementAPIConnectFailure({
        service: 'placement',
        url: 'http://placement.test',
        trouble: 'did not answer',
        remedy: 'Wait.',
        maybeDone: true,
      }),
  );

  readonly adapt = (services: Services): Services => ({
    ...services,
    executions: watchingAll(
      services.executions,
      this.#between(0, () => new ExecutionsThrottled('slow down')),
    ),
  });

  #invoke<T>(where: FaultPlan['where'], run: () => Promise<T>): Promise<T> {
    const killed = Promise.withResolvers<T>();
    const invocation: Invocation = {
      where,
      death: undefined,
      kill: (death) => {
        invocation.death = death;
        killed.reject(death);
      },
    };
    return this.#current.run(invocation, () => Promise.race([run(), killed.promise]));
  }

  async #call<T>(what: string, throttled: (() => Error) | undefined, run: () => Promise<T>): Promise<T> {
    const invocation = this.#current.getStore();
    if (!this.#armed || invocation === undefined) return run();
    if (invocation.death) throw invocation.death;
    const { where } = invocation;
    const at = this.#calls[where];
    this.#calls[where] += 1;
    this.trace.push(`${where} ${at}: ${what}`);
    this.onCall(where, at);
    const fault = this.#plans.find((plan) => plan.where === where && plan.call === at);
    if (fault === undefined) return alive(invocation, await run());
    this.struck.push(`${where} ${at}: ${what}: ${fault.how}`);
    if (fault.how === 'answer lost' || fault.how === 'dies after') await run();
    if (throttled !== undefined && (fault.how === 'throttled' || fault.how === 'answer lost')) throw throttled();
    const death = invocation.death ?? new Crash(`the function died: ${what}`);
    invocation.kill(death);
    throw death;
  }
}

/** The result of a call for a function that still lives. */
function alive<T>({ death }: Invocation, result: T): T {
  if (death !== undefined) throw death;
  return result;
}

/**
 * What an argument says of a call: a name, the key of an item, a partition, the type of an event, how many there are.
 */
function wordOf(arg: unknown): string {
  if (Array.isArray(arg)) return String(arg.length);
  const { pk, sk, partition, eventType }: Readonly<Record<string, unknown>> =
    typeof arg === 'object' && arg !== null ? { ...arg } : {};
  return [typeof arg === 'string' ? arg : pk, sk, partition, eventType]
    .filter((each) => typeof each === 'string')
    .join(' ');
}

/** Has messages delivered late, or once more, as planned; `counting` says whether messages are counted by now. */
export function tamper(queues: MemoryQueues, plans: readonly DeliveryPlan[], counting: () => boolean): void {
  const send = queues.send.bind(queues);
  let sent = 0;
  const deliver = async (queue: string, message: OutgoingMessage): Promise<void> => {
    if (!counting()) return send(queue, message);
    const at = sent;
    sent += 1;
    const plan = plans.find((each) => each.message === at);
    if (plan?.how === 'late') return send(queue, { ...message, delaySeconds: plan.seconds });
    await send(queue, message);
    if (plan?.how === 'twice') await send(queue, { ...message, delaySeconds: plan.seconds });
  };
  queues.send = deliver;
  queues.sendBatch = async (queue, messages) => {
    for (const message of messages) await deliver(queue, message);
  };
}
