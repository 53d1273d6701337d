import { registry } from '#objects/registry';
import { fromPrimitive, typeFor } from '#objects/versioned/from-primitive';
import { isPrimitive, readPrimitive } from '#objects/versioned/primitive';
import { withoutThirdPart } from '#objects/versioned/version';
import type { Json, JsonMap } from '#ports/json';

/**
 * Looks whether every object of a message is of a type and version that is served, and its values of the types of their
 * fields, as Nova's serializer does before a method is called. What lies in a BuildRequest is looked at with its
 * server: one that cannot be read ends in error by itself, and its siblings are built.
 *
 * @throws UnsupportedObjectError, IncompatibleObjectVersion, KeyError, ValueError
 */
export function checkObjects(args: JsonMap): void {
  const waiting: Json[] = [args];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (value === null || typeof value !== 'object') continue;
    const name = Array.isArray(value) || !isPrimitive(value) ? undefined : servedName(value);
    if (name === 'BuildRequest') continue;
    if (name !== undefined && name !== 'BuildRequestList') fromPrimitive(value, registry);
    else for (const each of Object.values(value)) if (each !== null && typeof each === 'object') waiting.push(each);
  }
}

function servedName(object: JsonMap): string {
  const { name, version } = readPrimitive(object);
  typeFor(registry, name, withoutThirdPart(version) ?? version);
  return name;
}
