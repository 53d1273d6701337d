import { listOf, object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { dateTime, flexibleBoolean, integer, string, uuid } from '#objects/versioned/fields';
import { ImageMetaProps } from './image-meta-props.ts';
import { defineObject } from '#objects/versioned/object-type';

/** An image as the scheduler and the hosts see it. */
export const ImageMeta = defineObject({
  name: 'ImageMeta',
  version: '1.8',
  // 1.0 first
  // 1.1 ImageMetaProps 1.1
  // 1.2 ImageMetaProps 1.2
  // 1.3 ImageMetaProps 1.3
  // 1.4 ImageMetaProps 1.4
  // 1.5 ImageMetaProps 1.5
  // 1.6 ImageMetaProps 1.6
  // 1.7 ImageMetaProps 1.7
  // 1.8 ImageMetaProps 1.8
  fields: {
    id: uuid(),
    name: string(),
    status: string(),
    visibility: string(),
    protected: flexibleBoolean(),
    checksum: string(),
    owner: string(),
    size: integer(),
    virtual_size: integer(),
    container_format: string(),
    disk_format: string(),
    created_at: nullable(dateTime()),
    updated_at: nullable(dateTime()),
    tags: listOf(string()),
    direct_url: string(),
    min_ram: integer(),
    min_disk: integer(),
    properties: object(ImageMetaProps),
  },
});
