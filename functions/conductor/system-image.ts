import type { JsonMap } from '#ports/json';

const PREFIX = 'image_';

/** What says nothing about the image as such. */
const LEFT_OUT = new Set(['mappings', 'block_device_mapping', 'img_mappings', 'img_block_device_mapping']);

/** What lies beside the properties. */
const TOP = new Set(['min_ram', 'min_disk', 'disk_format', 'container_format']);

/** A server's image as its system metadata remembers it (conductor.md section 8.5). */
export function imageOfSystemMetadata(metadata: JsonMap): JsonMap {
  const entries = Object.entries(metadata)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name, value] as const)
    .filter(([name]) => !LEFT_OUT.has(name));
  const top = Object.fromEntries(entries.filter(([name]) => TOP.has(name)));
  return { ...top, properties: Object.fromEntries(entries.filter(([name]) => !TOP.has(name))) };
}

/** The image metadata that events tell: the entries of the image alone, without their prefix. */
export function imageMetaOf(metadata: JsonMap): JsonMap {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) =>
      name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), value]] : [],
    ),
  );
}
