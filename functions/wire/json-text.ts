import type { Json } from '#ports/json';

/** The document that a text spells; null when it spells none. */
export function jsonOrNull(text: string): Json {
  try {
    const document: Json = JSON.parse(text);
    return document;
  } catch {
    return null;
  }
}

/** JSON as Python spaces it, which computes store and compare. */
export function pythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${pythonJson(inner)}`);
  return `{${entries.join(', ')}}`;
}
