import type { Attributes } from '#ports/tables';
import { finiteNumber, nonEmptyText } from './read.ts';

/** What counts the members of a server group that placement has placed. */
export type GroupGuardItem = ReturnType<typeof guardItem>;

/** Reads the item of a group's guard in placement. */
export const guardItem = (item: Attributes) => ({
  /** Members that it counts. */
  count: finiteNumber(item['count']) ?? 0,
  /** The host that the first one took; null where any will do. */
  host: nonEmptyText(item['host']),
});
