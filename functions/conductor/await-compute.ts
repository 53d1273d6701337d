import { orderVerdict, type HostAtWork } from './host-at-work.ts';

/** What is known when nothing was heard of a host for a while. */
export interface AwaitedCompute extends HostAtWork {
  readonly settled: string | undefined;
  /** The record shows that the order was about to be given to the host. */
  readonly ordered: boolean;
}

export type AwaitComputeDecision =
  | { readonly kind: 'settled'; readonly outcome: string }
  | { readonly kind: 'order'; readonly reason: string }
  | { readonly kind: 'give-up'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string };

/**
 * Whether to go on waiting for a host that nobody can take the place of: for as long as it keeps its order. A host that
 * was never ordered is not to blame: it gets its order.
 */
export function awaitCompute(facts: AwaitedCompute): AwaitComputeDecision {
  if (facts.settled !== undefined) return { kind: 'settled', outcome: facts.settled };
  if (!facts.ordered) return { kind: 'order', reason: 'the order was not given in time' };
  const { kind, reason } = orderVerdict(facts);
  return { kind: kind === 'lost' ? 'give-up' : 'wait', reason };
}
