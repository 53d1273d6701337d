/** Canonical texts up to the 28th, which every month has: the usual case, without arithmetic. */
const CANONICAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?\s*(?:Z|([+-])(\d\d):?(\d\d)?)?$/;

/**
 * ISO text as `YYYY-MM-DDTHH:MM:SSZ` in UTC without a fraction, null when it is no time. A time without a zone is UTC.
 */
export function canonicalTime(text: string): string | null {
  if (CANONICAL.test(text)) return text;
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', sign, ...zone] = match;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const local = Date.parse(`${written}Z`);
  // Date carries the 31st of February over into March; such a text is no time.
  if (Number.isNaN(local) || !new Date(local).toISOString().startsWith(written)) return null;
  if (sign === undefined) return `${written}Z`;
  const [hours = '0', minutes = '0'] = zone;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return `${new Date(local - offset).toISOString().slice(0, 19)}Z`;
}
