const [QUOTE, COMMA, BACKSLASH] = [34, 44, 92] as const;
const OPENING: ReadonlySet<number> = new Set([91, 123]);

/**
 * How many values a JSON text has at most, counted without parsing it: what it opens and what it
 * separates, outside of its strings.
 */
export function valuesOf(text: string): number {
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === COMMA || OPENING.has(code)) values += 1;
  }
  return values;
}

/** Where the string ends that begins here; the end of the text where it does not end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
