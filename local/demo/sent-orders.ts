import type { Compute, ComputeMessage } from '#ports/compute';
import { fieldsOf } from '#wire/reading';

/** What hosts were ordered; an order that was sent again counts once. */
export class SentOrders {
  readonly #orders = new Map<string, ComputeMessage>();

  /** The same hosts, whose orders are noted. */
  watch(compute: Compute): Compute {
    return {
      cast: (message) => compute.cast(this.#note(message)),
      call: (message) => compute.call(this.#note(message)),
    };
  }

  #note<M extends ComputeMessage>(message: M): M {
    this.#orders.set(message.uniqueId, message);
    return message;
  }

  /** How often hosts were ordered so for a server. */
  attempts(uuid: string, method: string): number {
    return [...this.#orders.values()]
      .filter((order) => order.method === method)
      .filter(({ args }) => fieldsOf(args['instance'])['uuid'] === uuid).length;
  }
}
