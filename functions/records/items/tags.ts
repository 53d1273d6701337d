import type { Attributes } from '#ports/tables';
import { textsOf } from '#wire/reading';

/** The tags of a server. */
export type TagsItem = ReturnType<typeof tagsItem>;

/** Reads the item of a server's tags: one for all of them. */
export const tagsItem = (item: Attributes) => ({ tags: textsOf(item['tags']) });
