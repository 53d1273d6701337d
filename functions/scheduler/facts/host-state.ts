import { fit, type Fit, type Fitting, type TreeProvider } from '#placement/fit';
import type { ProviderState } from '#placement/provider-item';
import type { Allocations, Provider, ResourceRequest, Resources } from '#ports/placement';
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
  /** What the node's own provider is known by to others. */
  readonly traits: readonly string[];
  /** Providers below the node's own. */
  below: readonly TreeProvider[];
  /** What is left of each resource class of the node's own provider. */
  free: Resources;
  /** What an OpenStack Placement offers on the host, the best first; undefined where the deployment's own decides. */
  offers: readonly Fitting[] | undefined;
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
  readonly below: readonly ProviderState[];
}

export function hostState({ provider, free, traits }: ProviderState, around: HostSurroundings): HostState {
  return {
    provider,
    service: 'unread',
    aggregates: around.aggregates.filter(({ hosts }) => hosts.has(provider.host)).map(({ uuid }) => uuid),
    availabilityZone: availabilityZone(provider.host, around.aggregates, around.defaultAvailabilityZone),
    cellDisabled: around.disabledCells.has(provider.cellUuid),
    traits,
    below: around.below.map(treeProvider),
    free,
    offers: undefined,
    ioWorkload: provider.ioWorkload,
    groupMembers: around.groupMembers,
    refusals: 0,
  };
}

const treeProvider = ({ provider, parent, free, traits }: ProviderState): TreeProvider => ({
  uuid: provider.uuid,
  parent,
  inventories: provider.inventories,
  free,
  traits,
});

/** How a host meets what is asked, by the first of these requests that it meets; why not, by the first of them. */
export function fitHost(host: HostState, requests: readonly ResourceRequest[]): Fit {
  const { provider, below, free, traits } = host;
  if (host.offers !== undefined) {
    const fitting = roomFor(host);
    return fitting === undefined ? { fits: false, reason: 'not enough room' } : { fits: true, fitting };
  }
  const { uuid, inventories } = provider;
  const tree = [{ uuid, parent: null, inventories, free, traits }, ...below];
  const fits = requests.map((request) => fit(tree, request));
  return fits.find((each) => each.fits) ?? fits[0] ?? { fits: false, reason: 'nothing is asked for' };
}

/** The first offer for which there is still room; undefined when there is none. */
export function roomFor({ provider, below, free, offers = [] }: HostState): Fitting | undefined {
  const left = new Map([[provider.uuid, free], ...below.map((each) => [each.uuid, each.free] as const)]);
  return offers.find(({ allocations }) =>
    Object.entries(allocations).every(([uuid, amounts]) =>
      Object.entries(amounts).every(([name, amount]) => (left.get(uuid)?.[name] ?? 0) >= amount),
    ),
  );
}

/** Puts a server on the host (sign 1), or takes it off again (sign -1). */
export function place(host: HostState, allocations: Allocations, sign: 1 | -1): void {
  const left = (uuid: string, before: Resources): Resources => {
    const free: Record<string, number> = { ...before };
    for (const [name, amount] of Object.entries(allocations[uuid] ?? {})) {
      free[name] = (free[name] ?? 0) - sign * amount;
    }
    return free;
  };
  host.free = left(host.provider.uuid, host.free);
  host.below = host.below.map((provider) => ({ ...provider, free: left(provider.uuid, provider.free) }));
  host.ioWorkload += sign;
  host.groupMembers += sign;
}

/** Learns what is left on providers of the host: a provider that is gone has nothing left. */
export function learnFree(host: HostState, free: ReadonlyMap<string, Resources>): void {
  host.free = free.get(host.provider.uuid) ?? host.free;
  host.below = host.below.map((provider) => ({ ...provider, free: free.get(provider.uuid) ?? provider.free }));
}
