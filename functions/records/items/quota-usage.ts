import type { Amounts } from '#conductor/quota';
import type { Attributes } from '#ports/tables';
import { numberOf } from '#wire/reading';

/** Reads the item of what a project uses. */
export const usageItem = (item: Attributes): Amounts => ({
  instances: numberOf(item['instances']) ?? 0,
  cores: numberOf(item['cores']) ?? 0,
  ram: numberOf(item['ram']) ?? 0,
});
