import { listOf, object } from '#objects/versioned/containers';
import { DeviceBus } from './device-bus.ts';
import { nullable } from '#objects/versioned/field';
import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What a guest learns about a share of files. */
export const ShareMetadata = defineObject({
  name: 'ShareMetadata',
  version: '1.0',
  // 1.0 first
  fields: {
    share_id: nullable(string()),
    tag: nullable(string()),
    bus: object(DeviceBus, { subclasses: true }),
    tags: listOf(string()),
  },
  bases: ['DeviceMetadata'],
});
