import { orderVerdict, type HostAtWork } from './host-at-work.ts';

/** What is known when nothing was heard of a host for a while. */
export interface AwaitedCompute extends HostAtWork {
  readonly settled: string | undefined;
}

export type AwaitComputeDecision =
  | { readonly kind: 'settled'; readonly outcome: string }
  | { readonly kind: 'give-up'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string };

/** Whether to go on waiting for a host that nobody can take the place of: for as long as it keeps its order. */
export function awaitCompute(facts: AwaitedCompute): AwaitComputeDecision {
  if (facts.settled !== undefined) return { kind: 'settled', outcome: facts.settled };
  const { kind, reason } = orderVerdict(facts);
  return { kind: kind === 'lost' ? 'give-up' : 'wait', reason };
}
