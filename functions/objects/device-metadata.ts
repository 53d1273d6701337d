import { listOf, object } from '#objects/containers';
import { DeviceBus } from '#objects/device-bus';
import { string } from '#objects/fields';
import { defineObject } from '#objects/object-type';

/** What a guest is told of one of its devices. */
export const DeviceMetadata = defineObject({
  name: 'DeviceMetadata',
  version: '1.0',
  // 1.0 first
  fields: {
    bus: object(DeviceBus, { subclasses: true }),
    tags: listOf(string()),
  },
});
