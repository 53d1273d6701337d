import { pattern } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A place on a PCI bus. */
export const PCIDeviceBus = defineObject({
  name: 'PCIDeviceBus',
  version: '1.0',
  // 1.0 first
  fields: {
    address: pattern('PCIAddress', /^[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-9a-fA-F]$/),
  },
  bases: ['DeviceBus'],
});
