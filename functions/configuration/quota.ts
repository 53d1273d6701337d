import * as v from 'valibot';
import { flag, wholeNumber } from './values.ts';

/** -1 is unlimited. */
const limit = (environment: string) => wholeNumber(-1, 2_147_483_647, environment);

/** What projects may have that have no limits of their own. */
export const QUOTA_OPTIONS = {
  recheckQuota: v.optional(flag('RECHECK_QUOTA'), true),
  quotaInstances: v.optional(limit('QUOTA_INSTANCES'), 10),
  quotaCores: v.optional(limit('QUOTA_CORES'), 20),
  quotaRam: v.optional(limit('QUOTA_RAM'), 51_200),
  quotaServerGroups: v.optional(limit('QUOTA_SERVER_GROUPS'), 10),
  quotaServerGroupMembers: v.optional(limit('QUOTA_SERVER_GROUP_MEMBERS'), 10),
};
