/** Any value that JSON text can hold. */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Bytes of UTF-8 that an input, an output or a variable may take as JSON text. */
export const PAYLOAD_LIMIT = 262_144;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads JSON text; undefined when it is none (the one value that JSON cannot say). */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** Size of the value as JSON text. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * A copy that shares nothing, as after a journey over the wire; undefined members are
 * dropped, undefined itself is null.
 */
export function overTheWire(value: unknown): Json {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? null : (parseJson(text) ?? null);
}
