import type { ProviderState } from '#placement/provider-item';
import type { Provider, Resources } from '#ports/placement';
import { availabilityZone, type Aggregate } from './aggregates.ts';

/** The compute service of a host. */
export interface ServiceState {
  readonly up: boolean;
  readonly disabled: boolean;
}

/** A candidate as filters and weighers see it, with the servers of this request that were put on it. */
export interface HostState {
  readonly provider: Provider;
  /** Undefined when the host has no compute service; unread until the host is among the best. */
  service: ServiceState | 'unread' | undefined;
  readonly aggregates: readonly string[];
  readonly availabilityZone: string;
  readonly cellDisabled: boolean;
  /** What is left of each resource class. */
  free: Resources;
  ioWorkload: number;
  /** Members of the request's server group that are known to be there. */
  groupMembers: number;
  /** Claims on this host that placement refused during this request. */
  refusals: number;
}

/** What is known beside the provider. */
export interface HostSurroundings {
  readonly aggregates: readonly Aggregate[];
  readonly defaultAvailabilityZone: string;
  readonly disabledCells: ReadonlySet<string>;
  readonly groupMembers: number;
}

export function hostState({ provider, free }: ProviderState, around: HostSurroundings): HostState {
  return {
    provider,
    service: 'unread',
    aggregates: around.aggregates.filter(({ hosts }) => hosts.has(provider.host)).map(({ uuid }) => uuid),
    availabilityZone: availabilityZone(provider.host, around.aggregates, around.defaultAvailabilityZone),
    cellDisabled: around.disabledCells.has(provider.cellUuid),
    free,
    ioWorkload: provider.ioWorkload,
    groupMembers: around.groupMembers,
    refusals: 0,
  };
}

/** Puts a server on the host (sign 1), or takes it off again (sign -1). */
export function place(host: HostState, resources: Resources, sign: 1 | -1): void {
  const free: Record<string, number> = { ...host.free };
  for (const [name, amount] of Object.entries(resources)) {
    free[name] = (free[name] ?? 0) - sign * amount;
  }
  host.free = free;
  host.ioWorkload += sign;
  host.groupMembers += sign;
}
