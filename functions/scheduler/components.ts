import type { EmbeddedPlacement } from '#placement/embedded-placement';
import type { DestinationRequest } from '#ports/scheduler';
import type { CandidateSources } from './candidates.ts';
import type { HostFilter } from './filters/host-filter.ts';
import type { SchedulerSettings } from './settings.ts';
import type { Preference } from './weights/list.ts';

/** How often each reason kept a host out of a request that could not be placed. */
export type RefusalCounts = Readonly<Record<string, number>>;

export type OnNoValidHost = (refusals: RefusalCounts, request: DestinationRequest) => void;

/** What all requests of a process share. */
export interface SchedulerComponents extends CandidateSources {
  readonly placement: EmbeddedPlacement;
  readonly settings: SchedulerSettings;
  readonly filters: readonly HostFilter[];
  readonly preferences: readonly Preference[];
  readonly onNoValidHost: OnNoValidHost;
}
