/** The attribute that is the key of an index: `by-x` has `by_x`, and `by_x_sort` as its sort key. */
export const indexAttribute = (index: string): string => index.replaceAll('-', '_');
