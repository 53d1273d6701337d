import type { JsonMap } from '#ports/json';
import { ImageMeta } from './image-meta.ts';
import { imagePropsFromDict } from './image-meta-props-dict.ts';
import type { ObjectOf } from '#objects/versioned/object-type';
import { isMap } from '#objects/versioned/primitive';

const EMPTY_TEXT = new Set(['name', 'checksum', 'owner', 'container_format', 'disk_format']);
const EMPTY_NUMBER = new Set(['size', 'virtual_size']);

/** An image of a plain map, as the image service or a request gives it; null is an image that says nothing.
 * Texts and sizes that are null become empty and 0, since older hosts cannot take null there.
 * @throws ValueError when a value does not fit. */
export function imageFromDict(dict: Readonly<Record<string, unknown>> | null): ObjectOf<typeof ImageMeta> {
  const image = ImageMeta.make();
  for (const [name, value] of Object.entries(dict ?? {})) {
    if (name === 'properties' || ImageMeta.field(name) === undefined) continue;
    image.assign(name, value ?? emptyOf(name));
  }
  const properties = dict?.['properties'];
  return image.set('properties', imagePropsFromDict(isMap(properties) ? properties : {}));
}

const PREFIX = 'image_';
const TOP_LEVEL = new Set(['min_ram', 'min_disk', 'disk_format', 'container_format']);
const SKIPPED = new Set(['mappings', 'block_device_mapping', 'img_mappings', 'img_block_device_mapping']);

/**
 * The image that a server was made of, as its system metadata remembers it (nova.utils
 * `get_image_from_system_metadata`).
 */
export function imageDictFromSystemMetadata(metadata: JsonMap): JsonMap {
  const image: JsonMap = {};
  const properties: JsonMap = {};
  for (const [key, value] of Object.entries(metadata)) {
    const name = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;
    if (value === null || SKIPPED.has(name)) continue;
    if (TOP_LEVEL.has(name)) image[name] = value;
    else properties[name] = value;
  }
  return { ...image, properties };
}

/** The same as an object. */
export function imageFromSystemMetadata(metadata: Readonly<Record<string, string | null>>): ObjectOf<typeof ImageMeta> {
  return imageFromDict(imageDictFromSystemMetadata(metadata));
}

function emptyOf(name: string): string | number | null {
  if (EMPTY_TEXT.has(name)) return '';
  return EMPTY_NUMBER.has(name) ? 0 : null;
}
