import { awaitCompute, type AwaitedCompute } from './await-compute.ts';
import { unlessItMayWake, type ExternalResources } from './hand-over.ts';

/** What is known when nothing was heard of a build for a while. */
export interface AwaitedBuild extends AwaitedCompute {
  /** A compute's request to be rescheduled has come in for this attempt. */
  readonly rescheduleStored: boolean;
  readonly external: ExternalResources;
}

export type AwaitBuildDecision =
  | { readonly kind: 'settled'; readonly outcome: string }
  | { readonly kind: 'order'; readonly reason: string }
  /** `asked` by the host itself, which has given the server up; any other host is given up. */
  | { readonly kind: 'reschedule'; readonly reason: string; readonly asked: boolean }
  | { readonly kind: 'wait'; readonly reason: string; readonly heldBack?: true };

/**
 * Whether to go on waiting for a host that an alternate can take the place of: what gives a host up elsewhere, or the
 * host's own request, hands its server to the next one; unless its guest might still come to life.
 */
export function awaitBuild(facts: AwaitedBuild): AwaitBuildDecision {
  if (facts.settled === undefined && facts.rescheduleStored)
    return { kind: 'reschedule', reason: 'the host asked for it', asked: true };
  const decision = awaitCompute(facts);
  if (decision.kind !== 'give-up') return decision;
  const { reason } = decision;
  return unlessItMayWake({ kind: 'reschedule', reason, asked: false }, facts, facts.external);
}
