import type { Amounts } from '#conductor/quota';
import type { Attributes } from '#ports/tables';
import { numberOf } from '#wire/reading';

/** What a project uses, or a user of it. */
export interface QuotaUsageItem extends Amounts {
  readonly project_id: string;
  readonly user_id: string;
  readonly server_groups: number;
}

/** Reads the item of what a project uses; ram in MB. */
export const usageItem = (item: Attributes): Amounts => ({
  instances: numberOf(item['instances']) ?? 0,
  cores: numberOf(item['cores']) ?? 0,
  ram: numberOf(item['ram']) ?? 0,
});

/** Reads how many server groups a project has, of the same item. */
export const groupUsageItem = (item: Attributes) => ({ server_groups: numberOf(item['server_groups']) ?? 0 });
