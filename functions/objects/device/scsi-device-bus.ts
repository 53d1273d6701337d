import { pattern } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** A place on a SCSI bus. */
export const SCSIDeviceBus = defineObject({
  name: 'SCSIDeviceBus',
  version: '1.0',
  // 1.0 first
  fields: {
    address: pattern('SCSIAddress', /^[a-f0-9]+:[a-f0-9]+:[a-f0-9]+:[a-f0-9]+/),
  },
  bases: ['DeviceBus'],
});
