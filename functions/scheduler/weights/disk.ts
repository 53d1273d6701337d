import type { Weigher } from './weigher.ts';

/** Hosts with more free disk. */
export const diskWeigher: Weigher = {
  name: 'nova.scheduler.weights.disk.DiskWeigher',
  multiplier: { option: 'disk_weight_multiplier', value: 1 },
  weigh: ({ free }) => free['DISK_GB'] ?? 0,
};
