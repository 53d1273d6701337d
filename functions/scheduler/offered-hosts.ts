import { sameAllocations } from '#placement/allocations';
import type { Fitting } from '#placement/fit';
import type { AllocationCandidate, CandidatePlacement, CandidateQuery } from '#ports/allocation-candidates';
import type { Allocations, Resources } from '#ports/placement';
import { PLACEMENT, providerKey } from '#records/keys';
import { lookupKeys } from '#records/lookup';
import { Candidates } from './candidates.ts';
import type { HostState } from './facts/host-state.ts';
import type { RequestFacts } from './facts/request-facts.ts';
import type { SchedulerComponents } from './components.ts';

/** Candidates that Placement is asked for at once (Nova's `max_placement_results`). */
const LIMIT = 1000;

/** Items that one request reads. */
const MOST_KEYS = 100;

/** Keeps a host out of the rest of a request. */
const GIVEN_UP = Infinity;

/** The root of a host whose service its operator has disabled. */
const DISABLED = 'COMPUTE_STATUS_DISABLED';

/**
 * The hosts that Placement offers for a request, as the cells know them: candidates whose
 * node no cell knows are left out.
 */
export class OfferedHosts {
  readonly #components: SchedulerComponents;
  readonly #placement: CandidatePlacement;
  readonly #facts: RequestFacts;
  readonly #known: Candidates;

  constructor(components: SchedulerComponents, placement: CandidatePlacement, facts: RequestFacts) {
    this.#components = components;
    this.#placement = placement;
    this.#facts = facts;
    this.#known = new Candidates(components, facts, components.settings);
  }

  get hosts(): readonly HostState[] {
    return this.#known.hosts.filter(({ offers }) => offers !== undefined);
  }

  /** Asks for candidates; where processors are to be dedicated a second time, for hosts that count them as others. */
  async ask(): Promise<void> {
    const bounds = await this.#bounds();
    const offers = new Map<string, AllocationCandidate[]>();
    const free = new Map<string, Resources>();
    for (const request of this.#facts.requests) {
      const rootForbidden = [...request.rootForbidden, DISABLED];
      const found = await this.#placement.candidates({ ...bounds, request: { ...request, rootForbidden } });
      for (const candidate of found.candidates) {
        offers.set(candidate.root, [...(offers.get(candidate.root) ?? []), candidate]);
      }
      for (const [uuid, left] of found.free) free.set(uuid, left);
    }
    await this.#read([...offers.keys()]);
    for (const [root, candidates] of offers) {
      const host = this.#known.host(root);
      if (host !== undefined) offer(host, candidates, free);
    }
  }

  /** A host that an earlier try of this request has claimed; undefined when no cell knows it. */
  async hostOf(allocations: Allocations): Promise<{ host: HostState; fitting: Fitting } | undefined> {
    const uuids = Object.keys(allocations);
    await this.#read(uuids);
    const host = uuids.map((uuid) => this.#known.host(uuid)).find((each) => each !== undefined);
    if (host === undefined) return undefined;
    const mappings = host.offers?.find((each) => sameAllocations(each.allocations, allocations))?.mappings;
    return { host, fitting: { allocations, mappings: mappings ?? { '': uuids } } };
  }

  /** Learns of the compute services of hosts, as far as they are not known. */
  learnServices(hosts: readonly HostState[]): Promise<void> {
    return this.#known.learnServices(hosts);
  }

  /** Leaves a host out of the rest of the request. */
  giveUp(host: HostState): void {
    host.refusals = GIVEN_UP;
  }

  async #read(uuids: readonly string[]): Promise<void> {
    const missing = uuids.filter((uuid) => this.#known.host(uuid) === undefined);
    for (let from = 0; from < missing.length; from += MOST_KEYS) {
      const keys = missing.slice(from, from + MOST_KEYS).map((uuid) => ({ table: PLACEMENT, key: providerKey(uuid) }));
      const items = await this.#components.tables.batchGet(keys);
      await this.#known.add(items.filter((item) => item !== undefined));
    }
  }

  /**
   * The aggregates that name the zone of the request, of which a candidate is in one; none for a zone that no aggregate
   * names, which may be the default one (Nova's `map_az_to_placement_aggregate`).
   */
  async #aggregatesOfZone(): Promise<readonly string[]> {
    const wanted = this.#facts.availabilityZone;
    if (wanted === undefined) return [];
    const all = await this.#components.aggregates.all();
    return all.filter(({ metadata }) => metadata['availability_zone'] === wanted).map(({ uuid }) => uuid);
  }

  /** A named host with one node is asked for by its tree; with several, as for server groups, there is no limit. */
  async #bounds(): Promise<Omit<CandidateQuery, 'request'>> {
    const { destination, forcedHosts, group } = this.#facts;
    const { forbiddenAggregates } = destination;
    const ofZone = await this.#aggregatesOfZone();
    const aggregates = ofZone.length === 0 ? destination.aggregates : [...destination.aggregates, ofZone];
    const named = destination.host ?? (forcedHosts.length === 1 ? forcedHosts[0] : undefined);
    const nodes = named === undefined ? [] : await lookupKeys(this.#components.tables, PLACEMENT, [named]);
    const [node, ...more] = nodes.map(({ pk }) => pk.slice(providerKey('').pk.length));
    const several = more.length > 0 || group !== undefined || this.#facts.hostHints;
    return {
      aggregates,
      forbiddenAggregates,
      ...(several ? {} : { limit: LIMIT }),
      ...(node !== undefined && more.length === 0 ? { inTree: node } : {}),
    };
  }
}

/** Notes on a host what it may be claimed for, and what is left on the providers that this concerns. */
function offer(
  host: HostState,
  candidates: readonly AllocationCandidate[],
  free: ReadonlyMap<string, Resources>,
): void {
  const { uuid } = host.provider;
  const concerned = new Set(candidates.flatMap(({ allocations }) => Object.keys(allocations)));
  concerned.delete(uuid);
  host.offers = candidates;
  host.free = free.get(uuid) ?? {};
  host.below = [...concerned].map((provider) => ({
    uuid: provider,
    parent: uuid,
    inventories: {},
    free: free.get(provider) ?? {},
    traits: [],
  }));
}
