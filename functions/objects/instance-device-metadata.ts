import { listOf, object } from '#objects/containers';
import { DeviceMetadata } from '#objects/device-metadata';
import { defineObject } from '#objects/object-type';
import { classMethod } from '#objects/remotable';

/** What a guest is told of its devices. */
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
