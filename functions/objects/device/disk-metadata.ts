import { listOf, object } from '#objects/versioned/containers';
import { DeviceBus } from './device-bus.ts';
import { nullable } from '#objects/versioned/field';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a guest learns about a disk. */
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
