import type { Attributes } from '#ports/tables';
import { mapOf, textsOf } from '#wire/reading';
import { nonEmptyText } from './read.ts';

/** A guest of a host whose server is recorded elsewhere. */
export interface SecondGuest {
  readonly uuid: string;
  /** Where its record says that it is; null for nowhere. */
  readonly recorded: string | null;
}

/** Reads what a host has reported of its guests. */
export function guestsItem(item: Attributes) {
  return {
    host: nonEmptyText(item['host']) ?? '',
    reported_at: nonEmptyText(item['reported_at']) ?? '',
    guests: textsOf(item['guests']),
    second: Object.entries(mapOf(item['second'])).map(
      ([uuid, recorded]): SecondGuest => ({ uuid, recorded: nonEmptyText(recorded) }),
    ),
  };
}

/** The attributes of a report. @param at as Nova writes times */
export const guestReport = (
  host: string,
  at: string,
  guests: readonly string[],
  second: readonly SecondGuest[],
): Attributes => ({
  host,
  reported_at: at,
  guests: [...guests],
  second: Object.fromEntries(second.map(({ uuid, recorded }) => [uuid, recorded])),
});
