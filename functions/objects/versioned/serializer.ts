import { ValueError } from '#errors';
import { NovaObject } from './base.ts';
import { fromPrimitive, type Registry } from './from-primitive.ts';
import { emptyMap, isMap, isPrimitive, type Json } from './primitive.ts';

/** Writes a value with the objects in it: maps and lists are walked, sets become lists.
 * @throws ValueError for what JSON cannot hold. */
export function serializeEntity(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof NovaObject) return value.toPrimitive();
  if (Array.isArray(value)) return value.map(serializeEntity);
  if (value instanceof Set) return [...value].map(serializeEntity);
  const entries = value instanceof Map ? [...value] : isMap(value) ? Object.entries(value) : null;
  if (entries === null) throw new ValueError(`A ${typeof value} cannot be sent`);
  const map = emptyMap<Json>();
  for (const [key, item] of entries) map[String(key)] = serializeEntity(item);
  return map;
}

/** Reads a value with the objects in it: a map that holds the key `nova_object.name` is an object.
 * @throws the errors of fromPrimitive. */
export function deserializeEntity(json: unknown, registry: Registry): unknown {
  if (Array.isArray(json)) return json.map((item) => deserializeEntity(item, registry));
  if (!isMap(json)) return json;
  if (isPrimitive(json)) return fromPrimitive(json, registry);
  const map = emptyMap<unknown>();
  for (const [key, item] of Object.entries(json)) map[key] = deserializeEntity(item, registry);
  return map;
}
