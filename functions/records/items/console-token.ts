import type { Attributes } from '#ports/tables';
import { finiteNumber } from './read.ts';

/** A token by which a console of a server is reached. */
export type ConsoleTokenItem = ReturnType<typeof consoleTokenItem>;

/** Reads the item of a console token. */
export const consoleTokenItem = (item: Attributes) => ({
  /** Epoch seconds from which it is not valid any more; of an item that tells none, never. */
  expires: finiteNumber(item['expires']) ?? Number.NaN,
});
