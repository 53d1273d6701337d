import { IncompatibleObjectVersion, UnsupportedObjectError } from '#errors';
import type { AnyObject, AnyType, Receiver } from './any-object.ts';
import { receiveField } from './field.ts';
import { isMap, NAMESPACE, readPrimitive } from './primitive.ts';
import { isCompatible, withoutThirdPart } from './version.ts';

/** The types that a receiver knows, by name. */
export type Registry = ReadonlyMap<string, AnyType>;

/**
 * Rebuilds an object of its wire form. The caller bounds depth and size.
 * @throws UnsupportedObjectError for a wrong namespace or unknown name, IncompatibleObjectVersion for a version that no
 * implementation serves, KeyError for a missing part, ValueError for a value that does not fit its field.
 */
export function fromPrimitive(json: unknown, registry: Registry): AnyObject {
  const receiver: Receiver = { object: (value) => rebuild(value, registry, receiver) };
  return receiver.object(json);
}

/** The type that serves a name and version.
 * @throws UnsupportedObjectError when the name is unknown, IncompatibleObjectVersion when no version serves. */
export function typeFor(registry: Registry, name: string, version: string): AnyType {
  const type = registry.get(name);
  if (type === undefined) throw new UnsupportedObjectError({ objtype: name });
  if (version !== type.version && !isCompatible(version, type.version)) {
    throw new IncompatibleObjectVersion({ objname: name, objver: version, supported: type.version });
  }
  return type;
}

function rebuild(json: unknown, registry: Registry, receiver: Receiver): AnyObject {
  if (!isMap(json)) throw new UnsupportedObjectError({ objtype: typeof json });
  const { name, namespace, version, data, changes } = readPrimitive(json);
  if (namespace !== NAMESPACE) throw new UnsupportedObjectError({ objtype: `${namespace}.${name}` });
  const [type, kept] = serve(registry, name, version);
  const values = new Map<string, unknown>();
  // By the keys that are there: most types have far more fields than are ever set.
  for (const key of Object.keys(data)) {
    const field = type.field(key);
    if (field !== undefined) values.set(key, receiveField(field, data[key], key, receiver));
  }
  const dirty = new Set<string>();
  for (const change of changes) {
    if (typeof change === 'string' && type.field(change) !== undefined) dirty.add(change);
  }
  const object = type.rebuild({ version: kept, values, changes: dirty });
  if (!type.receivedIsChange) object.takeSnapshots();
  return object;
}

/** A third version part is dropped when the three-part version is not served. */
function serve(registry: Registry, name: string, version: string): [AnyType, string] {
  const shorter = withoutThirdPart(version);
  if (shorter === null) return [typeFor(registry, name, version), version];
  try {
    return [typeFor(registry, name, version), version];
  } catch (error) {
    if (!(error instanceof IncompatibleObjectVersion)) throw error;
    return [typeFor(registry, name, shorter), shorter];
  }
}
