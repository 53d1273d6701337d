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
