import type { Item } from '#ports/tables';

/** Records in the order of their ids, as Nova's queries give them. */
export const byId = (items: readonly Item[]): Item[] => items.toSorted((a, b) => Number(a['id']) - Number(b['id']));
