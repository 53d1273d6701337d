import * as v from 'valibot';
import { FUNCTION_OPTIONS, type FunctionOptions } from './options.ts';
import { faultsByKey } from './read.ts';

/**
 * Options that may be changed while functions run. The others name what lies in the account, decide who is believed,
 * decide on rights or alarms of the stacks, or have to change in all functions at once
 * (docs/adr/0024-configuration-at-run-time.md).
 */
export const RUN_TIME = [
  'massSilenceShare',
  'massSilenceLeast',
  'waitSeconds',
  'orderSeconds',
  'restartGraceSeconds',
  'stallSeconds',
  'fencing',
  'hostCallSeconds',
  'crossAzAttach',
  'precacheConcurrency',
  'requestDays',
  'maxAttempts',
  'migrateMaxRetries',
  'longRpcTimeout',
  'skipHypervisorVersionCheckOnLm',
  'defaultAvailabilityZone',
  'enabledFilters',
  'weightClasses',
  'weightMultipliers',
  'hostSubsetSize',
  'maxPlacementResults',
  'computeRpc',
  'schedulerRpc',
  'recheckQuota',
  'quotaInstances',
  'quotaCores',
  'quotaRam',
  'quotaServerGroups',
  'quotaServerGroupMembers',
  'openstackRetries',
  'openstackExtensionSyncInterval',
] as const satisfies readonly (keyof FunctionOptions)[];

export type RunTimeOption = (typeof RUN_TIME)[number];

/** Whether a key names an option that may be changed while functions run. */
export const isRunTimeOption = (key: string): key is RunTimeOption => RUN_TIME.some((each) => each === key);

/** Options with what was set while functions run, and why parts of that were left out. */
export interface Overlaid {
  readonly options: FunctionOptions;
  /** One line for each key that is wrong: it keeps its deployed value. */
  readonly refused: readonly string[];
}

/**
 * Lays values that were set at run time over those that were deployed. A key that may not be set so, or a value that
 * its option does not take, is left out and named: another release may have written it.
 */
export function withRunTime(deployed: FunctionOptions, set: Readonly<Record<string, unknown>>): Overlaid {
  const known = Object.entries(set).filter(([key]) => isRunTimeOption(key));
  const unknown = Object.keys(set).flatMap((key) =>
    isRunTimeOption(key) ? [] : [`run time "${key}" is no option that can be changed at run time`],
  );
  const given = Object.fromEntries(known);
  const result = v.safeParse(FUNCTION_OPTIONS, { ...deployed, ...given });
  if (result.success) return { options: result.output, refused: unknown };
  const wrong = faultsByKey(result.issues, given, (key) => `run time "${key}"`);
  const right = Object.fromEntries(known.filter(([key]) => !wrong.has(key)));
  if (Object.keys(right).length === known.length)
    return { options: deployed, refused: [...unknown, ...wrong.values()] };
  const { options, refused } = withRunTime(deployed, right);
  return { options, refused: [...unknown, ...wrong.values(), ...refused] };
}
