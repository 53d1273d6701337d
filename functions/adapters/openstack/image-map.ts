import type { Json, JsonMap } from '#ports/json';

/** Keys of an image that stand at the top of its map; every other one that is not left out is a property. */
const TOP = [
  'id',
  'name',
  'status',
  'size',
  'disk_format',
  'container_format',
  'min_disk',
  'min_ram',
  'checksum',
  'owner',
  'created_at',
  'updated_at',
  'os_hash_algo',
  'os_hash_value',
  'os_hidden',
] as const;

/** Keys that say nothing of the image itself. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  ...TOP,
  'self',
  'schema',
  'protected',
  'virtual_size',
  'file',
  'tags',
  'direct_url',
  'locations',
  'stores',
  'visibility',
  'deleted',
  'deleted_at',
  'shared',
]);

/** Properties that hold JSON text. */
const JSON_TEXTS: ReadonlySet<string> = new Set(['mappings', 'block_device_mapping']);

/** Glance's image as Nova's image map (nova.image.glance `_translate_from_glance`). */
export function imageMap(image: JsonMap): JsonMap {
  const top = Object.fromEntries(TOP.map((key) => [key, image[key] ?? null]));
  const properties = Object.entries(image).flatMap(([key, value]): [string, Json][] =>
    LEFT_OUT.has(key) ? [] : [[key, JSON_TEXTS.has(key) ? parsed(value) : value]],
  );
  return {
    ...top,
    size: image['size'] ?? 0,
    is_public: image['visibility'] === 'public',
    deleted: image['deleted'] ?? false,
    deleted_at: image['deleted_at'] ?? null,
    properties: Object.fromEntries(properties),
  };
}

function parsed(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    const document: Json = JSON.parse(value);
    return document;
  } catch {
    return value;
  }
}

/**
 * Whether an image that nobody's token was asked for may be shown to this project
 * (nova.image.glance `_is_image_available`).
 */
export function isShownTo(image: JsonMap, project: string | null, user: string | null): boolean {
  if (image['visibility'] === 'public' || image['visibility'] === 'community') return true;
  const names: (readonly [Json | undefined, string | null])[] = [
    [image['owner'], project],
    [image['owner_id'], project],
    [image['project_id'], project],
    [image['user_id'], user],
  ];
  return names.some(([stated, own]) => typeof stated === 'string' && stated === own);
}
