import { listOf, object } from '#objects/versioned/containers';
import { DeviceBus } from './device-bus.ts';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a guest learns about one of its devices. */
export const DeviceMetadata = defineObject({
  name: 'DeviceMetadata',
  version: '1.0',
  // 1.0 first
  fields: {
    bus: object(DeviceBus, { subclasses: true }),
    tags: listOf(string()),
  },
});
