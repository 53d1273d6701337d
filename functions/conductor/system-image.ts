import type { JsonMap } from '#ports/json';

const PREFIX = 'image_';

/** The image metadata in events: the entries of the image alone, without their prefix. */
export function imageMetaOf(metadata: JsonMap): JsonMap {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) =>
      name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), value]] : [],
    ),
  );
}
