import type { WorldPlan } from './plan.ts';

/** A world without faults, whose requests ask for so many servers each, and whose hosts have so many slots. */
export const plainWorld = ({
  slots = [],
  counts = [1],
  ...plan
}: Pick<WorldPlan, 'behaviour' | 'events'> &
  Partial<WorldPlan> & { readonly slots?: readonly number[]; readonly counts?: readonly number[] }): WorldPlan => ({
  seed: 0,
  hosts: slots.map((each) => ({ cell: 0, slots: each, zoned: false })),
  quota: -1,
  requests: counts.map((count) => ({ at: 0, count, large: false, zoned: false, group: null })),
  calm: 25,
  faults: [],
  deliveries: [],
  ...plan,
});
