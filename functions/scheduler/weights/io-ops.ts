import type { Weigher } from './weigher.ts';

/** Hosts that are busy with fewer builds, resizes and other heavy work. */
export const ioOpsWeigher: Weigher = {
  name: 'nova.scheduler.weights.io_ops.IoOpsWeigher',
  multiplier: { option: 'io_ops_weight_multiplier', value: -1 },
  weigh: ({ ioWorkload }) => ioWorkload,
};
