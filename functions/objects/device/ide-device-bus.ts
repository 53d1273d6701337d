import { pattern } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A place on an IDE bus. */
export const IDEDeviceBus = defineObject({
  name: 'IDEDeviceBus',
  version: '1.0',
  // 1.0 first
  fields: {
    address: pattern('IDEAddress', /^[0-1]:[0-1]/),
  },
  bases: ['DeviceBus'],
});
