import type { Liveness } from '#ports/service-group';

/** A resize when the flavor changes, else a cold migration. */
export const migrationType = (oldFlavorId: number | null, newFlavorId: number | null): 'resize' | 'migration' =>
  oldFlavorId === newFlavorId ? 'migration' : 'resize';

/** What a caller is told when no host takes the server (conductor.md section 11.1.4). */
export const noHostReason = (type: 'resize' | 'migration'): string =>
  `No valid host found for ${type === 'resize' ? 'resize' : 'cold migrate'}`;

/** The task states in which a cold migration owns its server; null is what an operator may have set meanwhile. */
export const COLD_MIGRATE_TASKS: readonly (string | null)[] = [
  'resize_prep',
  'resize_migrating',
  'resize_migrated',
  'resize_finish',
  null,
];

/** What is known when nothing was heard of a cold migration for a while. */
export interface AwaitedColdMigration {
  readonly settled: string | undefined;
  /** A compute's wish to be rescheduled has come in for this attempt. */
  readonly rescheduleStored: boolean;
  /** A host has ended the migration, and with it the claims of the move. */
  readonly ended: boolean;
  readonly taskState: string | null;
  /** The server is its destination's by now. */
  readonly switched: boolean;
  readonly source: Liveness;
  readonly destination: Liveness;
  /** Seconds since server or migration changed last. */
  readonly unchangedSeconds: number;
  /** Seconds without change after which living hosts have lost their order. */
  readonly stallSeconds: number;
}

export type AwaitColdMigrationDecision =
  | { readonly kind: 'settled'; readonly outcome: string }
  | { readonly kind: 'reschedule'; readonly reason: string }
  /** No other host can take over: the move ends, with the server where its record says. */
  | { readonly kind: 'give-up'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string };

/**
 * Whether to go on waiting. While the destination prepares (`resize_prep`) it alone is at work and another may take its
 * place, unless it has ended the migration before it fell silent; from then on the disks are on their way, first by the source, after the switch by the destination, and whoever
 * is at work and dead ends the move. Unknown liveness ends nothing.
 */
export function awaitColdMigration(facts: AwaitedColdMigration): AwaitColdMigrationDecision {
  if (facts.settled !== undefined) return { kind: 'settled', outcome: facts.settled };
  const elsewhere = facts.ended ? 'give-up' : 'reschedule';
  if (facts.rescheduleStored) return { kind: elsewhere, reason: 'the host asked for it' };
  const preparing = facts.taskState === 'resize_prep';
  const atWork = preparing || facts.switched ? facts.destination : facts.source;
  if (atWork === 'unknown') return { kind: 'wait', reason: 'liveness is unknown while the cell queue lags' };
  if (preparing && facts.source === 'down') return { kind: 'give-up', reason: 'the source host is down' };
  if (atWork === 'down') {
    if (preparing) return { kind: elsewhere, reason: 'the host is down' };
    return { kind: 'give-up', reason: `the ${facts.switched ? 'destination' : 'source'} host is down` };
  }
  if (facts.unchangedSeconds < facts.stallSeconds) return { kind: 'wait', reason: 'the host is up' };
  const reason = `nothing changed for ${facts.unchangedSeconds} seconds`;
  return { kind: preparing ? elsewhere : 'give-up', reason };
}
