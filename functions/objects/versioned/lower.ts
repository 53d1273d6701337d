import { ObjectActionError } from '#errors';
import type { AnyObject } from './any-object.ts';
import { DATA_KEY, type Data, isMap, type JsonMap, type Manifest, VERSION_KEY } from './primitive.ts';
import { compareVersions } from './version.ts';

/**
 * Applies a type's rules for an older version to its data, in place.
 * @throws ObjectActionError when a nested object has no rule or a value is unknown to the older version.
 */
export function lowerData(object: AnyObject, data: Data, target: string, manifest: Manifest | undefined): void {
  const { type } = object;
  if (type.isList) lowerElements(object, data, manifest);
  else if (type.lowersNested) lowerNested(object, data, manifest);
  const below = (version: string) => compareVersions(target, version) < 0;
  type.lower?.(data, below, target);
  for (const [version, names] of type.drops) {
    if (below(version)) for (const name of names) delete data[name];
  }
}

/** Elements of a list take the manifest's version; without one they go to 1.0, as Nova's lists keep no table. */
function lowerElements(list: AnyObject, data: Data, manifest: Manifest | undefined): void {
  const name = list.type.field('objects')?.element?.object ?? '';
  lowerEach(list.objects, data['objects'], versionIn(manifest, name) ?? '1.0', manifest);
}

function lowerNested(object: AnyObject, data: Data, manifest: Manifest | undefined): void {
  for (const [name, nestedName] of object.type.nestedFields) {
    const value: unknown = object.peek(name);
    if (value === undefined) continue;
    if (manifest === undefined) {
      throw new ObjectActionError(
        { action: 'obj_make_compatible', reason: `No rule for ${name}` },
        'oslo_versionedobjects.exception',
      );
    }
    const version = versionIn(manifest, nestedName);
    if (version === undefined || value === null) continue;
    const sent = data[name];
    if (Array.isArray(value)) lowerEach(value, sent, version, manifest);
    else lowerEach([value], [sent], version, manifest);
  }
}

function lowerEach(
  objects: readonly unknown[],
  primitives: unknown,
  version: string,
  manifest: Manifest | undefined,
): void {
  if (!Array.isArray(primitives)) return;
  for (const [index, object] of objects.entries()) {
    const primitive: unknown = primitives[index];
    if (!isAnyObject(object) || !isJsonMap(primitive)) continue;
    const data = primitive[DATA_KEY];
    if (isJsonMap(data)) lowerData(object, data, version, manifest);
    primitive[VERSION_KEY] = version;
  }
}

function versionIn(manifest: Manifest | undefined, name: string): string | undefined {
  return manifest !== undefined && Object.hasOwn(manifest, name) ? manifest[name] : undefined;
}

function isJsonMap(value: unknown): value is JsonMap {
  return isMap(value);
}

function isAnyObject(value: unknown): value is AnyObject {
  return typeof value === 'object' && value !== null && 'type' in value && 'toPrimitive' in value;
}
