import type { Attributes } from '#ports/tables';
import { plainText } from '#wire/reading';
import { nonEmptyText } from './read.ts';

/** A name that one record of its kind has, as it lies in the api table. */
export type UniqueNameItem = ReturnType<typeof uniqueNameItem>;

/** Reads the item of a unique name. */
export function uniqueNameItem(item: Attributes) {
  return {
    /** What distinguishes the message that made the record. */
    made_by: nonEmptyText(item['made_by']),
    /** Key of the record that has the name. */
    record_pk: plainText(item['record_pk']),
    record_sk: plainText(item['record_sk']),
  };
}
