import type { Item } from '#ports/tables';
import { idOf } from '#records/items/read';

/** Records in the order of their ids, as Nova's queries give them. */
export const byId = (items: readonly Item[]): Item[] => items.toSorted((a, b) => idOf(a) - idOf(b));
