import type { Attributes } from '#ports/tables';
import { finiteNumber } from './read.ts';

/** Reads the item of a console token, by which a console of a server is reached. */
export const consoleTokenItem = (item: Attributes) => ({
  /** Epoch seconds from which it is not valid any more; 0 for an item without one. */
  expires: finiteNumber(item['expires']) ?? 0,
});
