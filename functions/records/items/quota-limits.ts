import type { Attributes } from '#ports/tables';
import { finiteNumber } from './read.ts';

/** The limits of a project, or of a user of it. */
export type QuotaLimitsItem = ReturnType<typeof quotaLimitsItem>;

/** Reads the limits of a project, or of one of its users: -1 is unlimited, and null leaves it to the deployment. */
export function quotaLimitsItem(item: Attributes) {
  return {
    instances: finiteNumber(item['instances']),
    cores: finiteNumber(item['cores']),
    /** MB. */
    ram: finiteNumber(item['ram']),
    server_groups: finiteNumber(item['server_groups']),
    server_group_members: finiteNumber(item['server_group_members']),
  };
}
