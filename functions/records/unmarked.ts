import type { Json } from '#ports/json';

/** A value on the wire without the dirty marks of the objects in it: what a store keeps, and what loading gives. */
export function unmarked(value: Json): Json {
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (name === 'nova_object.changes' ? [] : [[name, unmarked(inner)]])),
  );
}
