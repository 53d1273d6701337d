import type { Weigher } from './weigher.ts';

/** Hosts with more free memory. */
export const ramWeigher: Weigher = {
  name: 'nova.scheduler.weights.ram.RAMWeigher',
  multiplier: { option: 'ram_weight_multiplier', value: 1 },
  weigh: ({ free }) => free['MEMORY_MB'] ?? 0,
};
