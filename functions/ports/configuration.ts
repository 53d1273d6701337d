import { FUNCTION_DEFAULTS, type FunctionOptions } from '#configuration/options';

/** What functions go by: the options of the context, and what is not an option yet; names follow Nova's options. */
export interface Configuration extends Readonly<FunctionOptions> {
  /** Written in faults and as the publisher's suffix. */
  readonly host: string;
  /** Unique id of the role that this function runs under (`AROA…`), by which its own messages are known; absent without IAM. */
  readonly roleId?: string;
  /** Total tries per build, at least 1 (scheduler.max_attempts). */
  readonly maxAttempts: number;
  /** Rejected destinations that a live migration puts up with, -1 for any number (migrate_max_retries). */
  readonly migrateMaxRetries: number;
  readonly recheckQuota: boolean;
  /** Limits of a project without limits of its own; -1 is unlimited. */
  readonly quota: { readonly instances: number; readonly cores: number; readonly ram: number };
  /** The same for server groups: how many a project may have, and how many servers of one user a group; -1 is unlimited. */
  readonly groupQuota: { readonly server_groups: number; readonly server_group_members: number };
  readonly defaultAvailabilityZone: string;
  /** Days that request documents are kept. */
  readonly requestDays: number;
  /** Caps what computes are sent, for instance `5.13`; absent: told by the lowest service version of the cell. */
  readonly computeRpc?: string;
  /** Caps what the scheduler is asked with (upgrade_levels.scheduler), for instance `4.5`; absent: not capped. */
  readonly schedulerRpc?: string;
  readonly enabledFilters?: readonly string[];
  readonly weightClasses: readonly string[];
}

/** What holds when nothing is set, in worlds without IAM. */
export const DEFAULTS: Configuration = {
  ...FUNCTION_DEFAULTS,
  host: 'conductor',
  maxAttempts: 3,
  migrateMaxRetries: -1,
  recheckQuota: true,
  quota: { instances: 10, cores: 20, ram: 51_200 },
  groupQuota: { server_groups: 10, server_group_members: 10 },
  defaultAvailabilityZone: 'nova',
  requestDays: 15,
  // In a world without IAM nobody has a principal; deployed functions are told, and without a word they check.
  requirePrincipals: false,
  weightClasses: ['nova.scheduler.weights.all_weighers'],
};
