import type { Json } from '#ports/json';
import type { Attributes } from '#ports/tables';
import type { Row } from './sql-state.ts';
import { plainText } from '#wire/reading';

/** Stands for a time that the request itself wrote. */
export const NOW = 'now';

/** Before a time that the request wrote without a fraction: from a message, or from a clock that a test set. */
export const MAYBE_NOW = '(now?)';

/** How SQLite keeps a time. */
const SQL_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?$/;

/** A time as records keep it: no fraction. */
export function time(value: Json | undefined): Json {
  if (typeof value !== 'string') return null;
  const [, day, clock] = SQL_TIME.exec(value) ?? [];
  return day === undefined || clock === undefined ? value : `${day}T${clock}Z`;
}

/** Whether a value is a time with a fraction: one that Nova took from its own clock, not from a message. */
export function isClockTime(value: Json): boolean {
  const fraction = typeof value === 'string' ? SQL_TIME.exec(value)?.[3] : undefined;
  return fraction !== undefined && Number(fraction) !== 0;
}

/** What a change leaves where it writes this value, as it is compared: see NOW and MAYBE_NOW. */
export function written(value: Json, requestTime: string): Json {
  if (typeof value !== 'string' || !SQL_TIME.test(value)) return value;
  const sure = isClockTime(value) && value.replace(' ', 'T') !== requestTime;
  return sure ? NOW : `${MAYBE_NOW}${plainText(time(value))}`;
}

/**
 * Before a time that another one wrote while the task ran: it is new, though it may lie in the second of the last one.
 */
const ANOTHERS = '(another)';

/** A value that another one wrote. */
export const writtenByAnother = (value: Json): Json =>
  typeof value === 'string' && SQL_TIME.test(value) ? `${ANOTHERS}${plainText(time(value))}` : value;

/** The same without the mark. */
export function withoutMark<T>(value: T): T {
  const cleaned: T = JSON.parse(JSON.stringify(value).replaceAll(ANOTHERS, ''));
  return cleaned;
}

/** SQLite keeps truth as 0 and 1. */
export const truth = (value: Json | undefined): Json => (typeof value === 'number' ? value !== 0 : (value ?? null));

/** A document kept as text. */
export function document(value: Json | undefined): Json {
  if (typeof value !== 'string') return null;
  const parsed: Json = JSON.parse(value);
  return parsed;
}

/** Soft deletion: the column `deleted` holds the row's id, or a number that is not 0. */
export const persistent = (row: Row): Attributes => ({
  created_at: time(row['created_at']),
  updated_at: time(row['updated_at']),
  deleted_at: time(row['deleted_at']),
  deleted: row['deleted'] !== 0,
});

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The named columns as they are. */
export function columns(row: Row, names: readonly string[]): Attributes {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
