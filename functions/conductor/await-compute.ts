import type { Liveness } from '#ports/service-group';

/** What is known when nothing was heard of a host for a while. */
export interface AwaitedCompute {
  readonly settled: string | undefined;
  /** The record shows that the order was about to be given to the host. */
  readonly ordered: boolean;
  readonly liveness: Liveness;
  /** Seconds since the record changed last. */
  readonly unchangedSeconds: number;
  /** Seconds without change after which a living host has lost its order. */
  readonly stallSeconds: number;
}

export type AwaitComputeDecision =
  | { readonly kind: 'settled'; readonly outcome: string }
  | { readonly kind: 'order'; readonly reason: string }
  | { readonly kind: 'give-up'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string };

/**
 * Whether to go on waiting for a host that nobody can take the place of. A dead host, or a living one that has long
 * changed nothing, is given up; while liveness is unknown nobody is: an outage of ours must not look like dead hosts. A host
 * that was never ordered is not to blame: it gets its order.
 */
export function awaitCompute(facts: AwaitedCompute): AwaitComputeDecision {
  if (facts.settled !== undefined) return { kind: 'settled', outcome: facts.settled };
  if (!facts.ordered) return { kind: 'order', reason: 'the order was not given in time' };
  if (facts.liveness === 'unknown') return { kind: 'wait', reason: 'liveness is unknown while the cell queue lags' };
  if (facts.liveness === 'down') return { kind: 'give-up', reason: 'the host is down' };
  if (facts.unchangedSeconds >= facts.stallSeconds)
    return { kind: 'give-up', reason: `nothing changed for ${facts.unchangedSeconds} seconds` };
  return { kind: 'wait', reason: 'the host is up' };
}
