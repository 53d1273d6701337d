import { listOf, object } from '#objects/containers';
import { DeviceBus } from '#objects/device-bus';
import { nullable } from '#objects/field';
import { string } from '#objects/fields';
import { defineObject } from '#objects/object-type';

/** What a guest is told of a disk. */
export const DiskMetadata = defineObject({
  name: 'DiskMetadata',
  version: '1.0',
  // 1.0 first
  fields: {
    serial: nullable(string()),
    path: nullable(string()),
    bus: object(DeviceBus, { subclasses: true }),
    tags: listOf(string()),
  },
  bases: ['DeviceMetadata'],
});
