import { awaitCompute, type AwaitedCompute } from './await-compute.ts';

/** What is known when nothing was heard of a build for a while. */
export interface AwaitedBuild extends AwaitedCompute {
  /** A compute's request to be rescheduled has come in for this attempt. */
  readonly rescheduleStored: boolean;
}

export type AwaitBuildDecision =
  | { readonly kind: 'settled'; readonly outcome: string }
  | { readonly kind: 'order'; readonly reason: string }
  | { readonly kind: 'reschedule'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string };

/**
 * Whether to go on waiting for a host that an alternate can take the place of: what gives a host up elsewhere, or the
 * host's own request, hands its server to the next one.
 */
export function awaitBuild(facts: AwaitedBuild): AwaitBuildDecision {
  if (facts.settled === undefined && facts.rescheduleStored)
    return { kind: 'reschedule', reason: 'the host asked for it' };
  const decision = awaitCompute(facts);
  return decision.kind === 'give-up' ? { kind: 'reschedule', reason: decision.reason } : decision;
}
