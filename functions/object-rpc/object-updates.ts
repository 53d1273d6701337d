import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import { sameNetworks } from '#objects/network/network-model';
import { isMap } from '#objects/versioned/primitive';
import type { Json } from '#ports/json';
import { wireValue } from '#records/stored-object';

/** Types that are equal when their contents are; any other object differs from its copy. */
const COMPARED_BY_CONTENT = new Set(['Selection']);

/** What a field held before a method ran; `undefined` stands for an unset one. */
type Before = ReadonlyMap<string, unknown>;

/**
 * A field whose value counts as changed whatever happens: Nova compares it with a deep copy, and objects by identity.
 */
const ALWAYS = Symbol('differs from its copy');

/** Remembers the set fields of an object, cheaply: scalars as they are, plain maps and lists as text. */
export function fieldsBefore(object: AnyObject): Before {
  return new Map(object.setFields.map((name) => [name, held(object, name)]));
}

function held(object: AnyObject, name: string): unknown {
  const value: unknown = object.peek(name);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof NovaObject) {
    return COMPARED_BY_CONTENT.has(value.type.name) ? JSON.stringify(value.toPrimitive()) : ALWAYS;
  }
  if (Array.isArray(value) && value.some((item) => item instanceof NovaObject)) return ALWAYS;
  return JSON.stringify(value, inKeyOrder);
}

function same(object: AnyObject, name: string, before: unknown, now: unknown): boolean {
  if (before === now) return true;
  const isModel = object.type.field(name)?.type === 'NetworkModel';
  return isModel && typeof before === 'string' && typeof now === 'string' && sameNetworks(before, now);
}

/** Maps are equal whatever the order of their keys. */
function inKeyOrder(_name: string, value: unknown): unknown {
  if (!isMap(value)) return value;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).toSorted()) sorted[key] = value[key];
  return sorted;
}

/**
 * What the caller has to take over (nova.conductor.manager `object_action`): every set field that was unset or differs,
 * as a primitive, and under `obj_what_changed` the fields that are still dirty. Nothing is loaded to compare.
 */
export function updatesSince(object: AnyObject, before: Before): Record<string, Json> {
  const updates: Record<string, Json> = {};
  for (const name of object.setFields) {
    const now = held(object, name);
    if (!before.has(name) || now === ALWAYS || !same(object, name, before.get(name), now))
      updates[name] = wireValue(object, name) ?? null;
  }
  updates['obj_what_changed'] = [...object.changes];
  return updates;
}
