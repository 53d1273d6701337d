import { KeyError } from '#errors';
import { ownOf } from '#wire/reading';

/** What JSON can hold. */
export type Json = string | number | boolean | null | Json[] | JsonMap;

/** A plain map of JSON values. */
export interface JsonMap {
  [key: string]: Json;
}

/** The set fields of an object on the wire. */
export type Data = JsonMap;

/** An object as it travels. */
export interface Primitive extends JsonMap {
  'nova_object.name': string;
  'nova_object.namespace': string;
  'nova_object.version': string;
  'nova_object.data': Data;
}

/** The newest version of each type that an asker knows. */
export type Manifest = Readonly<Record<string, string>>;

export const NAMESPACE = 'nova';
export const NAME_KEY = 'nova_object.name';
export const NAMESPACE_KEY = 'nova_object.namespace';
export const VERSION_KEY = 'nova_object.version';
export const DATA_KEY = 'nova_object.data';
export const CHANGES_KEY = 'nova_object.changes';

/** True for a map, not for null, lists or instances of a class. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A map without a prototype, so that names such as `__proto__` are keys like any other. */
export function emptyMap<T>(): Record<string, T> {
  const map: Record<string, T> = Object.create(null);
  return map;
}

/** True for a map that holds the key `nova_object.name`: such a map is an object. */
export function isPrimitive(value: unknown): value is Readonly<Record<string, unknown>> {
  return isMap(value) && Object.hasOwn(value, NAME_KEY);
}

/** The parts of a received object.
 * @throws KeyError when a part is missing or has the wrong shape. */
export function readPrimitive(map: Readonly<Record<string, unknown>>): {
  name: string;
  namespace: string;
  version: string;
  data: Readonly<Record<string, unknown>>;
  changes: readonly unknown[];
} {
  const data = ownOf(map, DATA_KEY);
  if (!isMap(data)) throw new KeyError(DATA_KEY);
  const changes = ownOf(map, CHANGES_KEY);
  return {
    name: text(map, NAME_KEY),
    namespace: text(map, NAMESPACE_KEY),
    version: text(map, VERSION_KEY),
    data,
    changes: Array.isArray(changes) ? changes : [],
  };
}

function text(map: Readonly<Record<string, unknown>>, key: string): string {
  const value = ownOf(map, key);
  if (typeof value !== 'string') throw new KeyError(key);
  return value;
}
