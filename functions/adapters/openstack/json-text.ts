import type { Json } from '#ports/json';
import type { RawAnswer } from './transport.ts';

/** The document of an answer; undefined when it has none, or something else than JSON. */
export function jsonOf({ text }: Pick<RawAnswer, 'text'>): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
