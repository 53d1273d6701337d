import type { Json } from '#ports/json';
import { numberOf, textOf } from '#wire/reading';

/** Text that is not empty, else null. */
export const nonEmptyText = (value: Json | undefined): string | null => textOf(value) ?? null;

/** A finite number, else null. */
export const finiteNumber = (value: Json | undefined): number | null => numberOf(value) ?? null;
