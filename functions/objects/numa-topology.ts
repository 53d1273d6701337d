import { listOf, object } from '#objects/containers';
import { NUMACell } from '#objects/numa-cell';
import { defineObject } from '#objects/object-type';

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
