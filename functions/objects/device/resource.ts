import { object } from '#objects/versioned/containers';
import { pattern, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';
import { classMethod } from '#objects/versioned/remotable';
import { ResourceMetadata } from './resource-metadata.ts';

/** A resource of a custom class given to a server. */
export const Resource = defineObject({
  name: 'Resource',
  version: '1.0',
  // 1.0 first
  fields: {
    provider_uuid: uuid(),
    resource_class: pattern('ResourceClass', /^[A-Z0-9_]+$/),
    identifier: string(),
    metadata: object(ResourceMetadata, { subclasses: true }),
  },
});

/** A list of Resource. */
export const ResourceList = defineList({
  name: 'ResourceList',
  version: '1.0',
  // 1.0 first
  of: Resource,
  remotable: {
    get_by_instance_uuid: classMethod(['instance_uuid']),
  },
});
