import { defineObject } from '#objects/versioned/object-type';

/** Where on a bus a device sits; the kinds of bus extend it. */
export const DeviceBus = defineObject({
  name: 'DeviceBus',
  version: '1.0',
  // 1.0 first
  fields: {},
});
