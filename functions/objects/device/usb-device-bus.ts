import { pattern } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A place on a USB bus. */
export const USBDeviceBus = defineObject({
  name: 'USBDeviceBus',
  version: '1.0',
  // 1.0 first
  fields: {
    address: pattern('USBAddress', /^[a-f0-9]+:[a-f0-9]+/),
  },
  bases: ['DeviceBus'],
});
