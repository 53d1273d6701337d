import type { JsonMap } from '#ports/json';
import type { Attributes } from '#ports/tables';
import { mapOf, numberOf } from '#wire/reading';
import { nonEmptyText, storedValue } from './read.ts';

/** What was set at run time. */
export type RunTimeItem = ReturnType<typeof runTimeItem>;

/** Reads what was set at run time; of an item that is not there, nothing. */
export const runTimeItem = (item: Attributes | undefined) => ({
  /** Rises by one with every change; 0 before the first. */
  version: numberOf(item?.['version']) ?? 0,
  /** By the key of the option, as its type is written in JSON. */
  values: { ...mapOf(item?.['values']) } satisfies JsonMap,
});

/** One change of an option at run time. */
export type RunTimeChange = ReturnType<typeof runTimeChange>;

/** Reads who changed an option, when, from what and to what; null stands for a value that was not set at run time. */
export const runTimeChange = (item: Attributes) => ({
  key: nonEmptyText(item['option']) ?? '',
  changed_at: nonEmptyText(item['changed_at']),
  changed_by: nonEmptyText(item['changed_by']),
  before: storedValue<{ before: unknown }>(item, 'before'),
  after: storedValue<{ after: unknown }>(item, 'after'),
});
