import type { Scheduler } from '#ports/scheduler';
import type { SchedulerDependencies } from './manager.ts';

/**
 * The deployment's own scheduler, read and made at the first question: most steps of a workflow ask none.
 *
 * Its promise rejects with RangeError when the settings name a filter or weigher that there is none of.
 */
export function schedulerOnDemand(dependencies: SchedulerDependencies): Scheduler {
  let made: Promise<Scheduler> | undefined;
  const scheduler = (): Promise<Scheduler> =>
    (made ??= import('./manager.ts').then(({ FilterScheduler }) => new FilterScheduler(dependencies)));
  return { selectDestinations: async (request) => (await scheduler()).selectDestinations(request) };
}
