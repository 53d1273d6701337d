import { listOf, object } from '#objects/versioned/containers';
import { DeviceMetadata } from './device-metadata.ts';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod } from '#objects/versioned/remotable';

/** What a guest learns about its devices. */
export const InstanceDeviceMetadata = defineObject({
  name: 'InstanceDeviceMetadata',
  version: '1.0',
  // 1.0 first
  fields: {
    devices: listOf(object(DeviceMetadata, { subclasses: true })),
  },
  remotable: {
    get_by_instance_uuid: classMethod(['instance_uuid']),
  },
});
