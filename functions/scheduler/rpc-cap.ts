import { SelectionObjectsWithOldRPCVersionNotSupported } from '#errors';
import { older } from '#conductor/compute-rpc';
import type { Scheduler } from '#ports/scheduler';

/** The scheduler RPC that can answer Selection objects and alternates. */
const SELECTIONS = '4.5';

/**
 * A scheduler that may be asked up to a version of its RPC (upgrade_levels.scheduler, nova.scheduler.rpcapi
 * `select_destinations`). Every question of ours is for Selection objects: below 4.5 none is asked, and each fails with
 * SelectionObjectsWithOldRPCVersionNotSupported.
 *
 * @param version - absent: not capped
 */
export function cappedScheduler(scheduler: Scheduler, version: string | undefined): Scheduler {
  if (version === undefined || !older(version, SELECTIONS)) return scheduler;
  return {
    selectDestinations: async () => Promise.reject(new SelectionObjectsWithOldRPCVersionNotSupported({ version })),
  };
}
