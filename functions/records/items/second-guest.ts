import type { Attributes } from '#ports/tables';
import { LOOKUP } from '#ports/index-attribute';
import { nonEmptyText, finiteNumber } from './read.ts';

/** The partition of the index in which the guests of hosts that were given up are found. */
export const SECOND_GUESTS = 'second-guest';

/** Reads the item of a guest that a host has, of a server for which it was given up; times are epoch milliseconds. */
export function secondGuestItem(item: Attributes) {
  return {
    host: nonEmptyText(item['host']) ?? '',
    uuid: nonEmptyText(item['uuid']) ?? '',
    /** When the host last showed that it has it. */
    shown_at: finiteNumber(item['shown_at']) ?? 0,
    /** When the host was last ordered to destroy it. */
    ordered_at: finiteNumber(item['ordered_at']) ?? undefined,
  };
}

/** What is written when a host shows a guest. */
export const shownGuest = (host: string, uuid: string, at: number): Attributes => ({
  host,
  uuid,
  shown_at: at,
  [LOOKUP]: SECOND_GUESTS,
  [`${LOOKUP}_sort`]: `${host}#${uuid}`,
});

/** What is written once its end is ordered. */
export const orderedEnd = (at: number): Attributes => ({ ordered_at: at });
