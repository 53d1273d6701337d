import type { Json } from '#ports/json';
import type { Attributes } from '#ports/tables';
import { numberOf, plainText, textOf } from '#wire/reading';

/** Text that is not empty, else null. */
export const nonEmptyText = (value: Json | undefined): string | null => textOf(value) ?? null;

/** A finite number, else null. */
export const finiteNumber = (value: Json | undefined): number | null => numberOf(value) ?? null;

/**
 * An attribute as it is stored, null when there is none: what a condition compares, or what is handed on as it is.
 * `Kind` is the item type of the record, whose names alone are taken.
 */
export const storedValue = <Kind = never>(item: Attributes, name: Extract<keyof Kind, string>): Json =>
  item[name] ?? null;

/** An attribute whose name a caller gives at run time, as filters and sort keys do; null when there is none. */
export const attributeNamed = (item: Attributes, name: string): Json => item[name] ?? null;

/** The number that Nova gives a record of any kind. */
export const idOf = (item: Attributes): number => Number(item['id']);

/** Whether a record of any kind is soft-deleted. */
export const isDeleted = (item: Attributes): boolean => item['deleted'] === true;

/** The project that a record of any kind belongs to. */
export const projectOf = (item: Attributes): Json => item['project_id'] ?? null;

/** When a record of any kind changed last, `YYYY-MM-DDTHH:MM:SSZ`; empty when it has no time. */
export const changedAtOf = (item: Attributes): string => plainText(item['updated_at'] ?? item['created_at']);

/** The keys under which an index has an item; null in none. */
export const indexKeysOf = (item: Attributes, attribute: string) => ({
  partition: nonEmptyText(item[attribute]),
  sort: nonEmptyText(item[`${attribute}_sort`]),
});
