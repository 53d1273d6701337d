import { listOf, object } from '#objects/versioned/containers';
import { NUMACell } from './numa-cell.ts';
import { defineObject } from '#objects/versioned/object-type';

/** The NUMA cells of a node. */
export const NUMATopology = defineObject({
  name: 'NUMATopology',
  version: '1.2',
  // 1.0 first
  // 1.1 NUMACell 1.1
  // 1.2 NUMACell 1.2
  fields: {
    cells: listOf(object(NUMACell)),
  },
});
