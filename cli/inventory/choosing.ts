import { CommandFailure, EXIT } from '#cli/deployment/failure';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A day, and a time of it with its zone. */
const TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/u;

/**
 * A moment in epoch milliseconds: a time, in UTC unless it names its zone as those that are printed do, or how long ago,
 * as `90s`, `30m`, `2h` or `7d`.
 *
 * @throws CommandFailure for any other text
 */
export function momentOf(text: string, now: number, option: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/u.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (UNITS[unit] ?? 0);
  const [, day = '', time = '00:00', zone = 'Z'] = TIME.exec(text) ?? [];
  const moment = isDay(day) ? Date.parse(`${day}T${time}${zone}`) : NaN;
  if (Number.isFinite(moment)) return moment;
  throw new CommandFailure(`${option} ${text} is no time: give 2026-11-29T10:00:00Z, or how long ago: 2h`, EXIT.usage);
}

/** Whether a calendar has this day: `Date.parse` takes the 31st of February for a day of March. */
function isDay(day: string): boolean {
  const start = Date.parse(day);
  return Number.isFinite(start) && new Date(start).toISOString().startsWith(day);
}

/** The largest number that Nova's columns hold. */
const LARGEST = 2_147_483_647;

/**
 * The whole number that a text spells in digits; undefined for one that is out of bounds, and for any other text: an
 * empty one, as a variable that is not set gives it, is no 0.
 */
export function wholeNumberIn(text: string | undefined, least: number, most = LARGEST): number | undefined {
  const value = text !== undefined && /^-?\d+$/u.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : undefined;
}

/** The same of an option. @throws CommandFailure that names option and text */
export function wholeNumberOf(text: string | undefined, option: string, least: number): number {
  const value = wholeNumberIn(text, least);
  if (value !== undefined) return value;
  throw new CommandFailure(`${option} ${text} is no whole number from ${least} on`, EXIT.usage);
}

/** How many rows are wanted. @throws CommandFailure for what is no number above 0 */
export function limitOf(text: string): number {
  const most = wholeNumberIn(text, 1);
  if (most !== undefined) return most;
  throw new CommandFailure(`--limit ${text} is no number above 0`, EXIT.usage);
}

/** The one of the values that a text means, whatever its case. @throws CommandFailure that lists them */
export function oneOf<T extends string>(text: string, values: readonly T[], option: string): T {
  const wanted = text.toLowerCase().replaceAll('-', '_');
  const found = values.find((value) => value.toLowerCase().replaceAll('-', '_') === wanted);
  if (found !== undefined) return found;
  throw new CommandFailure(`${option} ${text} is none: choose ${values.join(', ')}`, EXIT.usage);
}

/** In the order of a key, `KEY` or `KEY:desc`; rows without it come last. */
export function sorted<T, K extends string>(
  rows: readonly T[],
  text: string,
  keys: readonly K[],
  of: (row: T, key: K) => string | number | null,
): T[] {
  const [name = '', way = 'asc'] = text.split(':');
  const key = oneOf(name, keys, '--sort');
  const down = oneOf(way, ['asc', 'desc'], '--sort') === 'desc';
  return rows.toSorted((a, b) => {
    const [left, right] = [of(a, key), of(b, key)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const order = typeof left === 'number' && typeof right === 'number' ? left - right : compare(left, right);
    return down ? -order : order;
  });
}

const compare = (a: string | number, b: string | number): number => String(a).localeCompare(String(b));
