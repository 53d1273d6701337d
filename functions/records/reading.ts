import type { Json, JsonMap } from '#ports/json';

/**
 * Reads stored and wire values without trusting them: a value of another type counts as not there, so that one odd
 * record never stops a whole request.
 */

/** A map, or an empty one. */
export function mapOf(value: Json | undefined): JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** A list, or an empty one. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Text that is not empty. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number; a text that spells one counts as well (Nova's maps of strings). */
export function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

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
