import { FILTERS, WEIGHERS } from '#configuration/scheduling';

/** What a deployment may set, under Nova's names in camel case. */
export interface SchedulerSettings {
  /** Longest list of a chosen host and its alternates. */
  readonly maxAttempts: number;
  /** Candidates read at a time. */
  readonly maxPlacementResults: number;
  /** The host is drawn from this many best ones. */
  readonly hostSubsetSize: number;
  /** Seconds after which a silent compute service is down. */
  readonly serviceDownTime: number;
  readonly defaultAvailabilityZone: string;
  readonly enabledFilters: readonly string[];
  readonly weightClasses: readonly string[];
  /** By option name, for instance `ram_weight_multiplier`. */
  readonly weightMultipliers: Readonly<Record<string, number>>;
}

/** By names: functions read them at their start, and the rules themselves at the first question. */
export const DEFAULT_SETTINGS: SchedulerSettings = {
  maxAttempts: 3,
  maxPlacementResults: 100,
  hostSubsetSize: 1,
  serviceDownTime: 60,
  defaultAvailabilityZone: 'nova',
  enabledFilters: FILTERS,
  weightClasses: [WEIGHERS[0]],
  weightMultipliers: {},
};
