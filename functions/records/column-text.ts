/** Bytes of UTF-8 that a column of Nova's type Text keeps. */
export const TEXT_BYTES = 65_535;

/** Characters that a column of type String(255) keeps. */
const STRING_CHARACTERS = 255;

/** The beginning of a text that a column of so many bytes keeps, without half a character at its end. */
export function textColumn(text: string, mostBytes = TEXT_BYTES): string {
  // No character has more than three bytes for each of its units.
  if (text.length * 3 <= mostBytes) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return text;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, mostBytes), { stream: true });
}

/** The beginning of a text that a column of so many characters keeps. */
export const stringColumn = (text: string): string =>
  text.length <= STRING_CHARACTERS ? text : Array.from(text).slice(0, STRING_CHARACTERS).join('');
