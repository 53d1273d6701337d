const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?\s*(?:(Z)|([+-])(\d\d):?(\d\d)?)?$/;

/** ISO text as `YYYY-MM-DDTHH:MM:SSZ` in UTC without a fraction, null when it is no time. A time without a zone is UTC. */
export function canonicalTime(text: string): string | null {
  if (CANONICAL.test(text) && !Number.isNaN(Date.parse(text))) return text;
  const parts = ISO.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', , sign, hours = '0', minutes = '0'] = parts;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const time = new Date(sign === undefined ? local : local - offset);
  // Date.UTC carries the 31st of February over into March; such a text is no time.
  if (new Date(local).getUTCDate() !== Number(day) || Number.isNaN(time.getTime())) return null;
  return `${time.toISOString().slice(0, 19)}Z`;
}
