import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';

/** The tags of a server: one item for all of them. */
export type TagsItem = ReturnType<typeof tagsItem>;

/** Reads the item of a server's tags. */
export const tagsItem = (item: Attributes) => ({ tags: textsOf(item['tags']) });
