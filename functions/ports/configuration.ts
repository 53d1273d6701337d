/** What an operator may set (spec/conductor.md section 2); names follow Nova's options. */
export interface Configuration {
  /** Prefix of every queue, table, function and state machine. */
  readonly deployment: string;
  /** Written in faults and as the publisher's suffix. */
  readonly host: string;
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
  /** Seconds after which a silent service counts as down. */
  readonly serviceDownTime: number;
  /** Seconds between two looks at a host that an operation waits for. */
  readonly waitSeconds: number;
  /** Seconds without any change of the record after which a living host has lost its order. */
  readonly stallSeconds: number;
  /** Days that request documents are kept. */
  readonly requestDays: number;
  /** A host or publisher is known by its SQS principal alone; where false, the message attribute `sender` is believed. */
  readonly requirePrincipals: boolean;
  /** Caps what computes are sent, for instance `5.13`; absent: told by the lowest service version of the cell. */
  readonly computeRpc?: string;
  /** Caps what the scheduler is asked with (upgrade_levels.scheduler), for instance `4.5`; absent: not capped. */
  readonly schedulerRpc?: string;
  readonly enabledFilters?: readonly string[];
  readonly weightClasses: readonly string[];
  /** Which changes of a server are told of (notifications.notify_on_state_change); null for none. */
  readonly notifyOnStateChange: null | 'vm_state' | 'vm_and_task_state';
  /** Which families of notifications are sent (notifications.notification_format). */
  readonly notificationFormat: 'unversioned' | 'versioned' | 'both';
}

/** What holds when nothing is set. */
export const DEFAULTS: Configuration = {
  deployment: 'nova-conductor',
  host: 'conductor',
  maxAttempts: 3,
  migrateMaxRetries: -1,
  recheckQuota: true,
  quota: { instances: 10, cores: 20, ram: 51_200 },
  groupQuota: { server_groups: 10, server_group_members: 10 },
  defaultAvailabilityZone: 'nova',
  serviceDownTime: 60,
  waitSeconds: 120,
  stallSeconds: 1800,
  requestDays: 15,
  requirePrincipals: false,
  weightClasses: ['nova.scheduler.weights.all_weighers'],
  notifyOnStateChange: null,
  notificationFormat: 'unversioned',
};
