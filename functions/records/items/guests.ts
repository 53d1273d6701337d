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
  const second = mapOf(item['second']);
  return {
    host: nonEmptyText(item['host']) ?? '',
    reported_at: nonEmptyText(item['reported_at']) ?? '',
    guests: [...new Set([...textsOf(item['guests']), ...Object.keys(second)])],
    second: Object.entries(second).map(([uuid, recorded]): SecondGuest => ({ uuid, recorded: nonEmptyText(recorded) })),
  };
}

/**
 * The attributes of a report, which names each guest once: an item holds some 19,000.
 *
 * @param at as Nova writes times
 */
export const guestReport = (
  host: string,
  at: string,
  guests: readonly string[],
  second: readonly SecondGuest[],
): Attributes => {
  const elsewhere = Object.fromEntries(second.map(({ uuid, recorded }) => [uuid, recorded]));
  const here = guests.filter((uuid) => !Object.hasOwn(elsewhere, uuid));
  return { host, reported_at: at, guests: here, second: elsewhere };
};
