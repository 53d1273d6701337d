import type { Json, JsonMap, WireObject } from '#ports/json';

/**
 * Reads stored and wire values without trusting them: a value of another type counts as not there, so that one odd
 * record never stops a whole request.
 */

/** A map, or an empty one. */
export function mapOf(value: Json | undefined): JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/**
 * What a map has under a name that others choose: `constructor` and `__proto__` are names like any other.
 */
export function ownOf<T>(map: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

/** A list, or an empty one. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Text that is not empty. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Text as it is, empty or not; null for anything else. */
export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Text as it is; empty for anything else. */
export const textOrEmpty = (value: unknown): string => textOrNull(value) ?? '';

/** A number as it is; 0 for anything else. */
export const numberOrZero = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** A finite number; a text that spells one counts as well (Nova's maps of strings). */
export function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * A number as Nova's Integer fields take it: a text that spells one counts, and what is behind the point
 * does not; 0 for anything else.
 */
export const wholeNumber = (value: Json | undefined): number => Math.trunc(numberOf(value) ?? 0);

/** The texts of a list. */
export function textsOf(value: Json | undefined): string[] {
  return listOf(value).filter((entry) => typeof entry === 'string');
}

/** The fields of a versioned object on the wire; empty when there is none. */
export function fieldsOf(value: Json | undefined): JsonMap {
  return mapOf(mapOf(value)['nova_object.data']);
}

/** The numbers of a map. */
export function numbersOf(value: Json | undefined): Record<string, number> {
  return Object.fromEntries(
    Object.entries(mapOf(value)).flatMap(([name, entry]) => (typeof entry === 'number' ? [[name, entry]] : [])),
  );
}

/** Whether a value is an object on the wire. */
export function isWireObject(value: unknown): value is WireObject {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'nova_object.name' in value &&
    typeof value['nova_object.name'] === 'string' &&
    'nova_object.version' in value &&
    typeof value['nova_object.version'] === 'string' &&
    'nova_object.data' in value &&
    typeof value['nova_object.data'] === 'object' &&
    value['nova_object.data'] !== null &&
    !Array.isArray(value['nova_object.data'])
  );
}

/** An object on the wire. */
export const wireOf = (value: Json | undefined): WireObject | undefined => (isWireObject(value) ? value : undefined);

/** The objects of a list that came as such, or as a list object. */
export function objectsOf(value: Json | undefined): WireObject[] {
  const list = Array.isArray(value) ? value : listOf(fieldsOf(value)['objects']);
  return list.filter(isWireObject);
}

/** Text as it is and numbers spelt; anything else counts as empty. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
