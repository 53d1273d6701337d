import type { Liveness } from '#ports/service-group';
import type { BuildOutcome } from './settled.ts';

/** What is known when nothing was heard of a build for a while. */
export interface AwaitedBuild {
  readonly settled: BuildOutcome | undefined;
  /** A compute's wish to be rescheduled has come in for this attempt. */
  readonly rescheduleStored: boolean;
  readonly liveness: Liveness;
  /** Seconds since the record changed last. */
  readonly unchangedSeconds: number;
  /** Seconds without change after which a living host has lost its order. */
  readonly stallSeconds: number;
}

export type AwaitBuildDecision =
  | { readonly kind: 'settled'; readonly outcome: BuildOutcome }
  | { readonly kind: 'reschedule'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string };

/**
 * Whether to go on waiting for a host. A dead host, or a living one that has long changed nothing, is given up; while
 * liveness is unknown nobody is: an outage of ours must not look like dead hosts.
 */
export function awaitBuild(facts: AwaitedBuild): AwaitBuildDecision {
  if (facts.settled !== undefined) return { kind: 'settled', outcome: facts.settled };
  if (facts.rescheduleStored) return { kind: 'reschedule', reason: 'the host asked for it' };
  if (facts.liveness === 'unknown') return { kind: 'wait', reason: 'liveness is unknown while the cell queue lags' };
  if (facts.liveness === 'down') return { kind: 'reschedule', reason: 'the host is down' };
  if (facts.unchangedSeconds >= facts.stallSeconds)
    return { kind: 'reschedule', reason: `nothing changed for ${facts.unchangedSeconds} seconds` };
  return { kind: 'wait', reason: 'the host is up' };
}
