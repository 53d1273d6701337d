/** The index of a cell's table that leads from what a record is known by, beside its key and host, to its key. */
export const LOOKUP = 'lookup';

/** The sort key of that index. */
const LOOKUP_SORT = `${LOOKUP}_sort`;

/** Indexes that have nothing of an item but its keys: what is found there is read by its key. */
export const KEYS_ONLY: ReadonlySet<string> = new Set([LOOKUP, 'by-project']);

/**
 * The attribute that is the key of an index: `by-x` has `by_x`, and `by_x_sort` as its sort
 * key; `lookup` has its own name.
 */
export const indexAttribute = (index: string): string => index.replaceAll('-', '_');

/** Whether an attribute is a key of some index. */
export const isIndexAttribute = (name: string): boolean =>
  name.startsWith('by_') || name === LOOKUP || name === LOOKUP_SORT;
