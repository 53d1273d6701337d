import type { Verdict } from '#ports/service-group';
import { unlessItMayWake, type ExternalResources } from './hand-over.ts';
import { orderVerdict, type HostAtWork } from './host-at-work.ts';

/** A resize when the flavor changes, else a cold migration. */
export const migrationType = (oldFlavorId: number | null, newFlavorId: number | null): 'resize' | 'migration' =>
  oldFlavorId === newFlavorId ? 'migration' : 'resize';

/** What a caller is answered when no host takes the server (nova.conductor.manager `_cold_migrate`). */
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

/** What is known when nothing was heard of a cold migration for a while; `host` is the one that is at work. */
export interface AwaitedColdMigration extends HostAtWork {
  readonly settled: string | undefined;
  /** A compute's request to be rescheduled has come in for this attempt. */
  readonly rescheduleStored: boolean;
  /** A host has ended the migration, and with it the claims of the move. */
  readonly ended: boolean;
  readonly taskState: string | null;
  readonly source: Verdict;
  readonly external: ExternalResources;
}

export type AwaitColdMigrationDecision =
  | { readonly kind: 'settled'; readonly outcome: string }
  /** `asked` by the host itself, which has given the server up; any other host is given up. */
  | { readonly kind: 'reschedule'; readonly reason: string; readonly asked: boolean }
  /** No other host can take over: the move ends, with the server where its record says. */
  | { readonly kind: 'give-up'; readonly reason: string }
  | { readonly kind: 'wait'; readonly reason: string; readonly heldBack?: true };

/**
 * Which of its hosts a cold migration waits for: the destination prepares and finishes, in
 * between the source is at work.
 */
export const atWorkOnMove = (taskState: string | null, switched: boolean): 'source' | 'destination' =>
  taskState === 'resize_prep' || switched ? 'destination' : 'source';

/**
 * Whether to go on waiting. While the destination prepares (`resize_prep`) another may take its place, unless it has
 * ended the migration before it fell silent; from then on the disks are on their way, and who is at work and has lost
 * its order ends the move.
 */
export function awaitColdMigration(facts: AwaitedColdMigration): AwaitColdMigrationDecision {
  if (facts.settled !== undefined) return { kind: 'settled', outcome: facts.settled };
  if (facts.rescheduleStored) return nextHostOrEnd(facts, 'the host asked for it', true);
  const preparing = facts.taskState === 'resize_prep';
  if (preparing && facts.source.liveness === 'down' && facts.host.liveness !== 'unknown')
    return { kind: 'give-up', reason: `the source host is down: ${facts.source.reason}` };
  const { kind, reason } = orderVerdict(facts);
  if (kind === 'keeps') return { kind: 'wait', reason };
  if (!preparing) return { kind: 'give-up', reason };
  return unlessItMayWake(nextHostOrEnd(facts, reason, false), facts, facts.external);
}

const nextHostOrEnd = (
  { ended }: AwaitedColdMigration,
  reason: string,
  asked: boolean,
): Extract<AwaitColdMigrationDecision, { readonly kind: 'reschedule' | 'give-up' }> =>
  ended ? { kind: 'give-up', reason } : { kind: 'reschedule', reason, asked };
