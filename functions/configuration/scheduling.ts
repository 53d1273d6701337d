import * as v from 'valibot';
import { PIN, pinnedVersion } from './compute-releases.ts';
import { flag, names, optionalNames, optionalText, text, wholeNumber } from './values.ts';

/** Filters that a deployment may name, and all of which are asked by default. */
export const FILTERS = [
  'ComputeFilter',
  'AvailabilityZoneFilter',
  'ImagePropertiesFilter',
  'ServerGroupAntiAffinityFilter',
  'ServerGroupAffinityFilter',
] as const;

/** Weighers that a deployment may name; the first stands for all of them. */
export const WEIGHERS = [
  'nova.scheduler.weights.all_weighers',
  'nova.scheduler.weights.ram.RAMWeigher',
  'nova.scheduler.weights.cpu.CPUWeigher',
  'nova.scheduler.weights.disk.DiskWeigher',
  'nova.scheduler.weights.io_ops.IoOpsWeigher',
  'nova.scheduler.weights.affinity.ServerGroupSoftAffinityWeigher',
  'nova.scheduler.weights.affinity.ServerGroupSoftAntiAffinityWeigher',
  'nova.scheduler.weights.cross_cell.CrossCellWeigher',
] as const;

/** How much a weigher may be made to count, by Nova's name without `_weight_multiplier`. */
export const MULTIPLIERS = [
  'ram',
  'cpu',
  'disk',
  'io_ops',
  'soft_affinity',
  'soft_anti_affinity',
  'cross_cell_move',
] as const;

const anyOf = (known: readonly string[]): RegExp => new RegExp(`^(?:${known.join('|')})$`, 'u');

const VERSION = { form: /^\d{1,3}\.\d{1,3}$/u, values: 'a version like 5.13' };

/** How hosts are chosen, how often, and what they are asked with. */
export const SCHEDULING_OPTIONS = {
  maxAttempts: v.optional(wholeNumber(1, 100, 'MAX_ATTEMPTS'), 3),
  migrateMaxRetries: v.optional(wholeNumber(-1, 10_000, 'MIGRATE_MAX_RETRIES'), -1),
  longRpcTimeout: v.optional(wholeNumber(1, 86_400, 'LONG_RPC_TIMEOUT'), 60),
  skipHypervisorVersionCheckOnLm: v.optional(flag('SKIP_HYPERVISOR_VERSION_CHECK_ON_LM'), false),
  defaultAvailabilityZone: v.optional(
    text(
      { form: /^[^\s:,]{1,255}$/u, values: 'a name without spaces, colons and commas' },
      'DEFAULT_AVAILABILITY_ZONE',
    ),
    'nova',
  ),
  enabledFilters: optionalNames({ form: anyOf(FILTERS), values: `a list of ${FILTERS.join(', ')}` }, 'ENABLED_FILTERS'),
  weightClasses: v.optional(
    names(
      {
        form: anyOf(WEIGHERS),
        values: `a list of ${WEIGHERS.join(', ')}`,
        once: 'name each once, or leave the key out',
        reserved: '',
      },
      'WEIGHT_CLASSES',
    ),
    ['nova.scheduler.weights.all_weighers'],
  ),
  weightMultipliers: optionalNames(
    {
      form: new RegExp(`^(?:${MULTIPLIERS.join('|')})_weight_multiplier=-?\\d{1,9}(?:\\.\\d{1,9})?$`, 'u'),
      values: `a list like ram_weight_multiplier=1.5,cpu_weight_multiplier=-1, of ${MULTIPLIERS.join(', ')}`,
    },
    'WEIGHT_MULTIPLIERS',
  ),
  hostSubsetSize: v.optional(wholeNumber(1, 10_000, 'HOST_SUBSET_SIZE'), 1),
  pciInPlacement: v.optional(flag('PCI_IN_PLACEMENT'), false),
  maxPlacementResults: v.optional(wholeNumber(1, 1000, 'MAX_PLACEMENT_RESULTS'), 100),
  computeRpc: v.optional(v.nullable(v.pipe(text(PIN, 'COMPUTE_RPC'), v.transform(pinnedVersion))), null),
  schedulerRpc: optionalText(VERSION, 'SCHEDULER_RPC'),
};

/**
 * Multipliers by option name, of texts like `ram_weight_multiplier=1.5`.
 */
export const multipliersOf = (pairs: readonly string[] | null): Readonly<Record<string, number>> =>
  Object.fromEntries(
    (pairs ?? []).map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), Number(pair.slice(at + 1))];
    }),
  );
