import * as v from 'valibot';
import { choice, flag, names, wholeNumber } from './values.ts';

/** -1 is unlimited. */
const limit = (environment: string) => wholeNumber(-1, 2_147_483_647, environment);

/** What projects may have that have no limits of their own. */
export const QUOTA_OPTIONS = {
  recheckQuota: v.optional(flag('RECHECK_QUOTA'), true),
  quotaDriver: v.optional(choice(['counted', 'unified'], 'QUOTA_DRIVER'), 'counted'),
  countUsageFromPlacement: v.optional(flag('COUNT_USAGE_FROM_PLACEMENT'), false),
  unifiedLimitsStrategy: v.optional(choice(['require', 'ignore'], 'UNIFIED_LIMITS_STRATEGY'), 'require'),
  unifiedLimitsResources: v.optional(
    names(
      {
        form: /^(?:servers|class:[A-Z0-9_]+)$/u,
        values: 'a list of servers and class:RESOURCE_CLASS',
        remedy: 'write for instance class:VCPU',
        once: 'name each resource once',
        reserved: '',
      },
      'UNIFIED_LIMITS_RESOURCES',
    ),
    ['servers'],
  ),
  unifiedLimitsCountPcpuAsVcpu: v.optional(flag('UNIFIED_LIMITS_COUNT_PCPU_AS_VCPU'), false),
  quotaInstances: v.optional(limit('QUOTA_INSTANCES'), 10),
  quotaCores: v.optional(limit('QUOTA_CORES'), 20),
  quotaRam: v.optional(limit('QUOTA_RAM'), 51_200),
  quotaServerGroups: v.optional(limit('QUOTA_SERVER_GROUPS'), 10),
  quotaServerGroupMembers: v.optional(limit('QUOTA_SERVER_GROUP_MEMBERS'), 10),
};
