import type { Attributes } from '#ports/tables';
import { nonEmptyText } from './read.ts';

/** A PCI device of a node. */
export type PciDeviceItem = ReturnType<typeof pciDeviceItem>;

/** Reads the item of a PCI device, which lies in the partition of its compute node. */
export function pciDeviceItem(item: Attributes) {
  return {
    /** `available`, `claimed`, `allocated`, … */
    status: nonEmptyText(item['status']),
    /** Address of the physical function, `0000:81:00.0`; null for one that has none above it. */
    parent_addr: nonEmptyText(item['parent_addr']),
    deleted: item['deleted'] === true,
  };
}
