import { FUNCTION_DEFAULTS, type FunctionOptions } from '#configuration/options';

/** Options that functions know under another form. */
type Regrouped =
  | 'quotaInstances'
  | 'quotaCores'
  | 'quotaRam'
  | 'quotaServerGroups'
  | 'quotaServerGroupMembers'
  | 'computeRpc'
  | 'schedulerRpc'
  | 'enabledFilters';

/** What functions go by: the options of the context, named after Nova's. */
export interface Configuration extends Readonly<Omit<FunctionOptions, Regrouped>> {
  /**
   * Unique id of the role that this function runs under (`AROA…`), by which its own messages
   * are known; absent without IAM.
   */
  readonly roleId?: string;
  /** Limits of a project without limits of its own; -1 is unlimited. */
  readonly quota: { readonly instances: number; readonly cores: number; readonly ram: number };
  /**
   * The same for server groups: how many a project may have, and how many servers of one user a group; -1 is unlimited.
   */
  readonly groupQuota: { readonly server_groups: number; readonly server_group_members: number };
  /** Caps what computes are sent, for instance `5.13`; absent: set by the lowest service version of the cell. */
  readonly computeRpc?: string;
  /** Caps what the scheduler is asked with (upgrade_levels.scheduler), for instance `4.5`; absent: not capped. */
  readonly schedulerRpc?: string;
  /** Absent: every configurable filter. */
  readonly enabledFilters?: readonly string[];
}

/** What functions go by where the options say this. */
export function configurationOf(options: FunctionOptions): Configuration {
  const {
    quotaInstances: instances,
    quotaCores: cores,
    quotaRam: ram,
    quotaServerGroups: server_groups,
    quotaServerGroupMembers: server_group_members,
    computeRpc,
    schedulerRpc,
    enabledFilters,
    ...same
  } = options;
  return {
    ...same,
    quota: { instances, cores, ram },
    groupQuota: { server_groups, server_group_members },
    ...(computeRpc === null ? {} : { computeRpc }),
    ...(schedulerRpc === null ? {} : { schedulerRpc }),
    ...(enabledFilters === null ? {} : { enabledFilters }),
  };
}

/** The options that functions go by: what `configurationOf` made its argument of. */
export function optionsOf(config: Configuration): FunctionOptions {
  const {
    quota,
    groupQuota,
    computeRpc = null,
    schedulerRpc = null,
    enabledFilters = null,
    roleId: _,
    ...same
  } = config;
  return {
    ...same,
    quotaInstances: quota.instances,
    quotaCores: quota.cores,
    quotaRam: quota.ram,
    quotaServerGroups: groupQuota.server_groups,
    quotaServerGroupMembers: groupQuota.server_group_members,
    computeRpc,
    schedulerRpc,
    enabledFilters,
  };
}

/** What holds when nothing is set, in worlds without IAM. */
export const DEFAULTS: Configuration = {
  ...configurationOf(FUNCTION_DEFAULTS),
  // In a world without IAM nobody has a principal; deployed functions are configured, and check by default.
  requirePrincipals: false,
};
