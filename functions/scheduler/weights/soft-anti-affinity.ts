import type { Weigher } from './weigher.ts';

/** Hosts with fewer members of a soft-anti-affinity group. */
export const softAntiAffinityWeigher: Weigher = {
  name: 'nova.scheduler.weights.affinity.ServerGroupSoftAntiAffinityWeigher',
  multiplier: { option: 'soft_anti_affinity_weight_multiplier', value: 1 },
  weigh: ({ groupMembers }, { group }) => (group?.policy === 'soft-anti-affinity' ? -groupMembers : 0),
};
