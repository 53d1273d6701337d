import { STEPS, type OptionText } from './option-text.ts';
import type { QUOTA_OPTIONS } from './quota.ts';
import type { SCHEDULING_OPTIONS } from './scheduling.ts';

const SCHEDULER = 'scheduler';

/** Of the options of scheduling and of quotas. */
export const SCHEDULING_TEXTS: Readonly<
  Record<keyof typeof SCHEDULING_OPTIONS | keyof typeof QUOTA_OPTIONS, OptionText>
> = {
  maxAttempts: {
    says: 'Tries of a build or resize in all, the longest list of a host and its alternates, and how often a scheduler that does not answer is asked.',
    readBy: `${SCHEDULER}, ${STEPS}`,
    unit: 'tries',
    nova: 'scheduler.max_attempts',
  },
  migrateMaxRetries: {
    says: 'Rejected destinations that a live migration puts up with; -1 for any number.',
    readBy: STEPS,
    unit: 'hosts',
    nova: 'migrate_max_retries',
  },
  longRpcTimeout: {
    says: 'How long a destination may take to say whether it can have a server that is live-migrated. Nova waits 1800 by default, since it watches the call meanwhile.',
    readBy: STEPS,
    unit: 'seconds',
    nova: 'long_rpc_timeout',
  },
  skipHypervisorVersionCheckOnLm: {
    says: 'Whether a live migration may go to an older hypervisor.',
    readBy: STEPS,
    nova: 'workarounds.skip_hypervisor_version_check_on_lm',
  },
  defaultAvailabilityZone: {
    says: 'Zone of a host that is in no aggregate with a zone.',
    readBy: `${SCHEDULER}, ${STEPS}`,
    nova: 'default_availability_zone',
  },
  enabledFilters: {
    says: 'Filters that are asked about hosts, and which policies of server groups are supported; unset, all of docs/parity.md.',
    readBy: `${SCHEDULER}, ${STEPS}`,
    nova: 'filter_scheduler.enabled_filters',
  },
  weightClasses: {
    says: 'Weighers that order hosts, and whether soft policies of server groups are supported.',
    readBy: `${SCHEDULER}, ${STEPS}`,
    nova: 'filter_scheduler.weight_classes',
  },
  weightMultipliers: {
    says: 'How much each weigher counts; unset, as in Nova.',
    readBy: SCHEDULER,
    nova: 'filter_scheduler.*_weight_multiplier',
  },
  hostSubsetSize: {
    says: 'Of how many best hosts one is drawn.',
    readBy: SCHEDULER,
    unit: 'hosts',
    nova: 'filter_scheduler.host_subset_size',
  },
  pciInPlacement: {
    says: 'Whether Placement counts the PCI devices that flavors ask for; the API and the computes must agree.',
    readBy: STEPS,
    nova: 'filter_scheduler.pci_in_placement',
  },
  maxPlacementResults: {
    says: 'How many candidates are read at a time; where none of them passes the filters, the next ones are read.',
    readBy: SCHEDULER,
    unit: 'hosts',
    nova: 'scheduler.max_placement_results',
  },
  computeRpc: {
    says: 'Newest version of the compute RPC that computes are sent, or the release that speaks it; unset, set by the lowest service version of the cell.',
    readBy: STEPS,
    nova: 'upgrade_levels.compute',
  },
  schedulerRpc: {
    says: 'Newest version of the scheduler RPC; below 4.5 nothing can be scheduled.',
    readBy: STEPS,
    nova: 'upgrade_levels.scheduler',
  },
  recheckQuota: {
    says: 'Whether quotas are checked, and reserved, once servers have hosts.',
    readBy: STEPS,
    nova: 'quota.recheck_quota',
  },
  quotaDriver: {
    says: 'Whose limits count: `counted` are those of the deployment (`conductor quota set PROJECT`), `unified` those of Keystone, which needs `placement` among openstackServices.',
    readBy: STEPS,
    nova: 'quota.driver',
  },
  countUsageFromPlacement: {
    says: 'Whether cores and memory are counted from Placement, at builds and before a server is unshelved; needs `placement` among openstackServices.',
    readBy: STEPS,
    nova: 'quota.count_usage_from_placement',
  },
  unifiedLimitsStrategy: {
    says: 'Whether the resources of unifiedLimitsResources must have a limit that is registered in Keystone, or need none.',
    readBy: STEPS,
    nova: 'quota.unified_limits_resource_strategy',
  },
  unifiedLimitsResources: {
    says: 'The resources that unifiedLimitsStrategy is about: `servers` and `class:RESOURCE_CLASS`.',
    readBy: STEPS,
    nova: 'quota.unified_limits_resource_list',
  },
  unifiedLimitsCountPcpuAsVcpu: {
    says: 'Whether dedicated processors count as VCPU too, where no PCPU is asked for.',
    readBy: STEPS,
    nova: 'workarounds.unified_limits_count_pcpu_as_vcpu',
  },
  quotaInstances: {
    says: 'Servers of a project without a limit of its own (`conductor quota set PROJECT`); -1 for any number.',
    readBy: `${STEPS}, the command`,
    unit: 'servers',
    nova: 'quota.instances',
  },
  quotaCores: {
    says: 'Their VCPUs; -1 for any number.',
    readBy: `${STEPS}, the command`,
    unit: 'VCPUs',
    nova: 'quota.cores',
  },
  quotaRam: {
    says: 'Their memory; -1 for any amount.',
    readBy: `${STEPS}, the command`,
    unit: 'MB',
    nova: 'quota.ram',
  },
  quotaServerGroups: {
    says: 'Server groups of a project; -1 for any number.',
    readBy: 'object calls',
    unit: 'groups',
    nova: 'quota.server_groups',
  },
  quotaServerGroupMembers: {
    says: 'Servers of one user in a server group; -1 for any number.',
    readBy: `object calls, ${STEPS}`,
    unit: 'servers',
    nova: 'quota.server_group_members',
  },
};
