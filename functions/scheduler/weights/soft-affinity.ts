import type { Weigher } from './weigher.ts';

/** Hosts with more members of a soft-affinity group. */
export const softAffinityWeigher: Weigher = {
  name: 'nova.scheduler.weights.affinity.ServerGroupSoftAffinityWeigher',
  multiplier: { option: 'soft_affinity_weight_multiplier', value: 1 },
  weigh: ({ groupMembers }, { group }) => (group?.policy === 'soft-affinity' ? groupMembers : 0),
};
