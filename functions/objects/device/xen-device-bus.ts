import { pattern } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A place on a Xen bus. */
export const XenDeviceBus = defineObject({
  name: 'XenDeviceBus',
  version: '1.0',
  // 1.0 first
  fields: {
    address: pattern('XenAddress', /^(?:(?:00[0-9]{2}00)|[1-9][0-9]+)/),
  },
  bases: ['DeviceBus'],
});
