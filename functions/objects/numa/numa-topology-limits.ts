import { object } from '#objects/versioned/containers';
import { float } from '#objects/versioned/fields';
import { NetworkMetadata } from '#objects/network/network-metadata';
import { defineObject } from '#objects/versioned/object-type';

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
