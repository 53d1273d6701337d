import type { HostAtWork, OrderFacts } from './host-at-work.ts';

/** What a server has beyond the disks and the memory of its host. */
export type ExternalResources =
  /** No ports and no volumes: two guests of it would not meet. */
  | 'nothing'
  /** Ports or volumes that a second guest would share. */
  | 'held';

/** A host that has lost its order, with what shows whether its guest could still come to life. */
export interface LosingHost {
  readonly order: OrderFacts['kind'];
  /** A person, or the operator's fencing agent, says that nothing runs on it. */
  readonly confirmed: boolean;
  readonly external: ExternalResources;
}

/** Whether the order may go to another host, and why it does or has to wait. */
export interface HandOver {
  readonly kind: 'goes' | 'waits';
  readonly reason: string;
}

/**
 * Whether the order of a host that is given up goes to another one by itself. A silent host may only hang: one that has
 * taken its order goes on with it when it wakes, beside the guest that was built elsewhere, and its clean-up reaches
 * the ports and the volumes of both.
 */
export function handOver({ order, confirmed, external }: LosingHost): HandOver {
  if (confirmed) return goes('nothing runs on the host any more');
  if (order === 'untaken') return goes('the host has shown no sign that it took the order');
  if (external === 'nothing') return goes('the server has neither ports nor volumes');
  return {
    kind: 'waits',
    reason: 'the host took the order, and may only hang: a person or a fencing agent has to say that it is down',
  };
}

const goes = (reason: string): HandOver => ({ kind: 'goes', reason });

/** Nobody gets the order before a person, or a fencing agent, has said that its host is down. */
export interface HeldBack {
  readonly kind: 'wait';
  readonly reason: string;
  readonly heldBack: true;
}

/** The verdict on a host, made to wait where the server cannot be handed to another one. */
export function unlessItMayWake<const D extends { readonly kind: string; readonly reason: string }>(
  decision: D,
  { host, order }: Pick<HostAtWork, 'host' | 'order'>,
  external: ExternalResources,
): D | HeldBack {
  const over = handOver({ order: order.kind, confirmed: host.confirmed === true, external });
  return over.kind === 'goes'
    ? decision
    : { kind: 'wait', reason: `${decision.reason}; ${over.reason}`, heldBack: true };
}
