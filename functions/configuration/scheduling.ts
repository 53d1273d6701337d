import * as v from 'valibot';
import { flag, names, optionalNames, optionalText, text, wholeNumber } from './values.ts';

const NAME = /^[\w.]+$/u;
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
  enabledFilters: optionalNames({ form: NAME, values: 'a list of names of filters' }, 'ENABLED_FILTERS'),
  weightClasses: v.optional(
    names(
      { form: NAME, values: 'a list of names of weighers', once: 'name each once, or leave the key out', reserved: '' },
      'WEIGHT_CLASSES',
    ),
    ['nova.scheduler.weights.all_weighers'],
  ),
  weightMultipliers: optionalNames(
    {
      form: /^[a-z_]+_weight_multiplier=-?\d{1,9}(?:\.\d{1,9})?$/u,
      values: 'a list like ram_weight_multiplier=1.5,cpu_weight_multiplier=-1',
    },
    'WEIGHT_MULTIPLIERS',
  ),
  hostSubsetSize: v.optional(wholeNumber(1, 10_000, 'HOST_SUBSET_SIZE'), 1),
  maxPlacementResults: v.optional(wholeNumber(1, 1000, 'MAX_PLACEMENT_RESULTS'), 100),
  computeRpc: optionalText(VERSION, 'COMPUTE_RPC'),
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
