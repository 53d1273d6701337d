import { listOf, object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { dateTime, flexibleBoolean, integer, string, uuid } from '#objects/versioned/fields';
import type { ImageMeta } from '#objects/image/image-meta';
import { ImageMetaProps } from '#objects/image/image-meta-props';
import { defineObject, type ObjectOf } from '#objects/versioned/object-type';
import { fieldsOf, fill } from './payload.ts';

/** Where the secret of a disk lies is never published. */
const { hw_ephemeral_encryption_secret_uuid: _secret, ...PUBLISHED } = ImageMetaProps.fields;

/** The typed properties of an image, those alone that it has. */
export const ImageMetaPropsPayload = defineObject({
  name: 'ImageMetaPropsPayload',
  version: '1.20',
  fields: PUBLISHED,
});

/** What notifications say about an image. */
export const ImageMetaPayload = defineObject({
  name: 'ImageMetaPayload',
  version: '1.0',
  fields: {
    id: nullable(uuid()),
    name: nullable(string()),
    status: nullable(string()),
    visibility: nullable(string()),
    protected: nullable(flexibleBoolean()),
    checksum: nullable(string()),
    owner: nullable(string()),
    size: nullable(integer()),
    virtual_size: nullable(integer()),
    container_format: nullable(string()),
    disk_format: nullable(string()),
    created_at: nullable(dateTime()),
    updated_at: nullable(dateTime()),
    tags: nullable(listOf(string())),
    direct_url: nullable(string()),
    min_ram: nullable(integer()),
    min_disk: nullable(integer()),
    properties: object(ImageMetaPropsPayload),
  },
});

/** The payload of an image. */
export function imagePayload(image: ObjectOf<typeof ImageMeta>): ObjectOf<typeof ImageMetaPayload> {
  const { hw_ephemeral_encryption_secret_uuid: _secretUuid, ...shown } = image.peek('properties')?.getChanges() ?? {};
  const properties = ImageMetaPropsPayload.make(shown);
  const own = fieldsOf(image);
  return fill(ImageMetaPayload, (name) => (name === 'properties' ? properties : own(name)));
}
