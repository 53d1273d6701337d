import { defineObject } from '#objects/versioned/object-type';

/** What a driver knows of a resource; the kinds extend it. */
export const ResourceMetadata = defineObject({
  name: 'ResourceMetadata',
  version: '1.0',
  // 1.0 first
  fields: {},
});
