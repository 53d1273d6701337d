import { object } from '#objects/containers';
import { float } from '#objects/fields';
import { NetworkMetadata } from '#objects/network-metadata';
import { defineObject } from '#objects/object-type';

/** How far a NUMA cell may be oversubscribed. */
export const NUMATopologyLimits = defineObject({
  name: 'NUMATopologyLimits',
  version: '1.1',
  // 1.0 first
  // 1.1 adds network_metadata
  fields: {
    cpu_allocation_ratio: float(),
    ram_allocation_ratio: float(),
    network_metadata: object(NetworkMetadata),
  },
  drops: {
    '1.1': ['network_metadata'],
  },
});
