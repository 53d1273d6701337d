import { AsyncLocalStorage } from 'node:async_hooks';
import type { Platform, WorldOptions } from '#local/emulation/world';
import type { MemoryQueues } from '#adapters/memory/queues';
import { ExecutionsThrottled } from '#ports/executions';
import { QueueThrottled, type OutgoingMessage } from '#ports/queues';
import type { Services } from '#ports/services';
import { TableThrottled, type Tables } from '#ports/tables';
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
 * Stands between functions and their ports and has calls go wrong as planned. A function that dies has no further effect
 * and tells its caller nothing: its calls are refused, since what it shares with others of its process must not hang.
 */
export class Faults {
  readonly #plans: readonly FaultPlan[];
  readonly #current = new AsyncLocalStorage<Invocation>();
  readonly #calls = { steps: 0, queues: 0 };
  #armed = false;
  /** What went wrong, in the order of its going wrong. */
  readonly struck: string[] = [];
  /** Every call, with what is different about it: two plays of one plan tell the same. */
  readonly trace: string[] = [];

  constructor(plans: readonly FaultPlan[]) {
    this.#plans = plans;
  }

  /** Calls are counted from now on. */
  arm(): void {
    this.#armed = true;
  }

  readonly around: NonNullable<WorldOptions['around']> = (run) => this.#invoke('steps', run);

  readonly aroundBatch = <T>(run: () => Promise<T>): Promise<T> => this.#invoke('queues', run);

  readonly adapters = (adapters: Platform['adapters']): Platform['adapters'] => ({
    ...adapters,
    tables: this.#tables(adapters.tables),
    queues: {
      send: (...args) => this.#call(`send to ${args[0]}`, queueThrottled, () => adapters.queues.send(...args)),
      sendBatch: (...args) =>
        this.#call(`send to ${args[0]}`, queueThrottled, () => adapters.queues.sendBatch(...args)),
      backlog: (...args) => this.#call(`backlog ${args[0]}`, queueThrottled, () => adapters.queues.backlog(...args)),
    },
    notifier: {
      notify: (sent) => this.#call(`notify ${sent.eventType}`, undefined, () => adapters.notifier.notify(sent)),
    },
  });

  readonly adapt = (services: Services): Services => {
    const { executions } = services;
    return {
      ...services,
      executions: {
        start: (...args) => this.#call(`start ${args[0]}`, executionsThrottled, () => executions.start(...args)),
        status: (...args) => this.#call(`status ${args[0]}`, executionsThrottled, () => executions.status(...args)),
        succeed: (...args) => this.#call('succeed', executionsThrottled, () => executions.succeed(...args)),
        fail: (...args) => this.#call(`fail ${args[1]}`, executionsThrottled, () => executions.fail(...args)),
      },
    };
  };

  #tables(tables: Tables): Tables {
    const call = <T>(what: string, run: () => Promise<T>): Promise<T> =>
      this.#call(what, () => new TableThrottled('slow down'), run);
    return {
      get: (...args) => call(`get ${args[0]} ${args[1].pk} ${args[1].sk}`, () => tables.get(...args)),
      batchGet: (...args) => call(`batchGet ${args[0].length}`, () => tables.batchGet(...args)),
      query: (...args) => call(`query ${args[0]} ${args[1].partition}`, () => tables.query(...args)),
      put: (...args) => call(`put ${args[0]} ${args[1].pk} ${args[1].sk}`, () => tables.put(...args)),
      update: (...args) => call(`update ${args[0]} ${args[1].pk} ${args[1].sk}`, () => tables.update(...args)),
      delete: (...args) => call(`delete ${args[0]} ${args[1].pk} ${args[1].sk}`, () => tables.delete(...args)),
      transact: (...args) => call(`transact ${args[0].length}`, () => tables.transact(...args)),
    };
  }

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

const executionsThrottled = (): Error => new ExecutionsThrottled('slow down');
const queueThrottled = (): Error => new QueueThrottled('slow down');

/** Has messages delivered late, or once more, as planned; `counting` tells whether messages are counted by now. */
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
