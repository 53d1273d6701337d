import { dictOf } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { integer, string } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';

/** PCI devices of a node that are alike. */
export const PciDevicePool = defineObject({
  name: 'PciDevicePool',
  version: '1.1',
  // 1.0 first
  // 1.1 adds numa_node
  fields: {
    product_id: string(),
    vendor_id: string(),
    numa_node: nullable(integer()),
    tags: dictOf(nullable(string())),
    count: integer(),
  },
  lowersNested: false,
  drops: {
    '1.1': ['numa_node'],
  },
});

/** A list of PciDevicePool. */
export const PciDevicePoolList = defineList({
  name: 'PciDevicePoolList',
  version: '1.1',
  // 1.0 first, PciDevicePool 1.0
  // 1.1 PciDevicePool 1.1
  of: PciDevicePool,
});
