import type { Verdict } from '#ports/service-group';

/** A time in which a host has shown nothing, though it would have been heard unless `unread` says why not. */
export interface Silence {
  readonly seconds: number;
  readonly unread: string | undefined;
}

/** How a host stands to the order that it was given. */
export type OrderFacts =
  /** It has shown no sign of it; `queued` orders lie in its queue. */
  | ({ readonly kind: 'untaken'; readonly queued: number } & Silence)
  | { readonly kind: 'taken' }
  /** Taken by a process of the host that lives no more, since another was first seen. */
  | ({ readonly kind: 'restarted' } & Silence);

/** How long a living host may take; all in seconds, and 0 for as long as it likes. */
interface OrderLimits {
  /** Without a first sign. */
  readonly orderSeconds: number;
  /** For what its start-up finishes of what the process before it had begun. */
  readonly restartGraceSeconds: number;
  /** Without a change. */
  readonly stallSeconds: number;
}

/** What is known of a host that has an order, when nothing was heard for a while. */
export interface HostAtWork {
  readonly host: Verdict;
  readonly order: OrderFacts;
  /** Since the order was given, or the records changed last. */
  readonly unchanged: Silence;
  readonly limits: OrderLimits;
}

/** `keeps` its order, or has lost it. */
export interface OrderVerdict {
  readonly kind: 'keeps' | 'lost';
  readonly reason: string;
}

/**
 * Whether a host keeps its order. One that is down has lost it, and nobody else but who never took it, or
 * whose process is gone: what a compute has begun it may be at for as long as it lives, as in Nova,
 * unless the operator has set a limit.
 */
export function orderVerdict({ host, order, unchanged, limits }: HostAtWork): OrderVerdict {
  if (host.liveness === 'unknown') return keeps(`nobody knows whether the host lives: ${host.reason}`);
  if (host.liveness === 'down') return lost(`the host is down: ${host.reason}`);
  if (order.kind === 'untaken' && isOver(order.seconds, limits.orderSeconds)) {
    if (order.queued > 0) return keeps('the order waits in its queue');
    if (order.unread !== undefined) return keeps(`nobody knows whether the host took the order: ${order.unread}`);
    return lost(`no sign for ${order.seconds} seconds that the host took the order`);
  }
  if (order.kind === 'restarted' && isOver(order.seconds, limits.restartGraceSeconds)) {
    if (order.unread !== undefined) return keeps(`nobody knows whether the host has finished it: ${order.unread}`);
    return lost(`its compute service was restarted, and has not finished it within ${order.seconds} seconds`);
  }
  if (isOver(unchanged.seconds, limits.stallSeconds)) {
    if (unchanged.unread !== undefined) return keeps(`nobody knows what the host has done: ${unchanged.unread}`);
    return lost(`nothing changed for ${unchanged.seconds} seconds`);
  }
  return keeps('the host is up');
}

const isOver = (seconds: number, limit: number): boolean => limit > 0 && seconds >= limit;

const keeps = (reason: string): OrderVerdict => ({ kind: 'keeps', reason });
const lost = (reason: string): OrderVerdict => ({ kind: 'lost', reason });
