import type { Weigher } from './weigher.ts';

/** Hosts with more free VCPU. */
export const cpuWeigher: Weigher = {
  name: 'nova.scheduler.weights.cpu.CPUWeigher',
  multiplier: { option: 'cpu_weight_multiplier', value: 1 },
  weigh: ({ free }) => free['VCPU'] ?? 0,
};
