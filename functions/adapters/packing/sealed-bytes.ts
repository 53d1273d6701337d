/** Marks bytes of a sealed text: no dictionary has this version. */
const SEALED = 0xff;

/** The form of a sealer, and its parts in base64. */
const FORM = /^[\w-]+(?:\.[A-Za-z0-9+/]+={0,2})+$/u;

/**
 * A sealed text without its base64, which is a third of it: the form and the lengths of its parts, then
 * these; undefined for any other text.
 */
export function sealedBytes(text: string): Uint8Array | undefined {
  if (!FORM.test(text)) return undefined;
  const [form = '', ...encoded] = text.split('.');
  const parts = encoded.map((part) => Buffer.from(part, 'base64'));
  if (parts.some((part, at) => part.toString('base64') !== encoded[at])) return undefined;
  const head = [form, ...parts.map(({ length }) => length)].join('.');
  return Buffer.concat([Buffer.of(SEALED), Buffer.from(`${head}\n`), ...parts]);
}

/** The text of such bytes; undefined for others. */
export function sealedText(bytes: Uint8Array): string | undefined {
  if (bytes[0] !== SEALED) return undefined;
  const all = Buffer.from(bytes);
  const end = all.indexOf('\n');
  const [form = '', ...lengths] = all.subarray(1, end).toString().split('.');
  let from = end + 1;
  const parts = lengths.map((length) => all.subarray(from, (from += Number(length))).toString('base64'));
  return [form, ...parts].join('.');
}
