import type { PulseFacts } from '#conductor/liveness';
import { isUp, mayGetWork } from '#conductor/service-up';
import { guardKey, hostGuardKey } from '#placement/group-guard';
import { guardItem } from '#records/items/group';
import type { CapacityShards } from '#placement/capacity-shards';
import { readProvider, shardName, type ProviderState } from '#placement/provider-item';
import type { Clock } from '#ports/clock';
import type { Json } from '#ports/json';
import type { Item, Key, TableName, Tables } from '#ports/tables';
import { cellTable, PLACEMENT, providerKey, queueLagKey, serviceKey } from '#records/keys';
import { lookedUp } from '#records/lookup';
import { queueLagItem } from '#records/items/queue-lag';
import type { Aggregates } from './facts/aggregates.ts';
import type { Cells } from './cells.ts';
import { hostState, type HostState, type ServiceState } from './facts/host-state.ts';
import type { RequestFacts } from './facts/request-facts.ts';
import type { SchedulerSettings } from './settings.ts';
import { serviceItem, type ServiceItem } from '#records/items/service';

/** Where candidates come from. */
export interface CandidateSources {
  readonly tables: Tables;
  readonly clock: Pick<Clock, 'now'>;
  readonly aggregates: Aggregates;
  readonly cells: Cells;
  readonly shards: CapacityShards;
  /** From 0 up to 1, without it. */
  readonly random: () => number;
}

/** Items that one request reads. */
const MOST_KEYS = 100;

type Target = { readonly table: TableName; readonly key: Key };

/**
 * The hosts that one request may choose among, read page by page from the capacity index (most free memory of a
 * partition first, the partitions from any one on), or host by host where the request leaves no choice. A page costs
 * one request whatever the number of hosts, and another for a server group's members; services are read of those
 * hosts alone that may be chosen.
 */
export class Candidates {
  readonly #sources: CandidateSources;
  readonly #facts: RequestFacts;
  readonly #settings: SchedulerSettings;
  readonly #hosts = new Map<string, HostState>();
  #named: readonly string[];
  /** Partitions of the capacity index that are not read to their ends; undefined before the first. */
  #shards: string[] | undefined;
  #after: Json | undefined;
  #complete = false;

  constructor(sources: CandidateSources, facts: RequestFacts, settings: SchedulerSettings) {
    this.#sources = sources;
    this.#facts = facts;
    this.#settings = settings;
    this.#named = namedHosts(facts, settings);
  }

  /** Those read so far. */
  get hosts(): readonly HostState[] {
    return [...this.#hosts.values()];
  }

  host(provider: string): HostState | undefined {
    return this.#hosts.get(provider);
  }

  /** Only these hosts matter from now on: others are not read any more. */
  turnTo(hosts: readonly string[]): void {
    const read = new Set(this.hosts.map(({ provider }) => provider.host));
    this.#named = hosts.filter((host) => !read.has(host));
    this.#complete = this.#named.length === 0;
  }

  /** Reads more candidates; false when there are none left. */
  async more(): Promise<boolean> {
    if (this.#complete) {
      return false;
    }
    const items = this.#named.length > 0 ? await this.#byHost(this.#named) : await this.#byCapacity();
    await this.add(items);
    return true;
  }

  /** Makes candidates of providers' items. */
  async add(items: readonly Item[]): Promise<void> {
    const states = items
      .map(readProvider)
      .filter(({ provider, retired }) => !retired && !this.#hosts.has(provider.uuid));
    const [members, aggregates, disabledCells, below] = await Promise.all([
      this.#groupMembers(states),
      this.#sources.aggregates.all(),
      this.#sources.cells.disabled(states.map(({ provider }) => provider.cellUuid)),
      this.#below(states),
    ]);
    for (const state of states) {
      const { host, uuid } = state.provider;
      this.#hosts.set(
        uuid,
        hostState(state, {
          aggregates,
          defaultAvailabilityZone: this.#settings.defaultAvailabilityZone,
          disabledCells,
          groupMembers: members.get(host) ?? 0,
          below: state.below.flatMap((each) => below.get(each) ?? []),
        }),
      );
    }
  }

  /** Learns of the compute services of hosts, as far as they are not known. */
  async learnServices(hosts: readonly HostState[]): Promise<void> {
    const unread = hosts.filter(({ service }) => service === 'unread');
    if (unread.length === 0) return;
    const services = await this.#services(unread);
    for (const host of unread) host.service = services.get(host.provider.host);
  }

  /**
   * A page of a partition; where it is short the next one's too, so that a few hosts do not get what is meant for many.
   */
  async #byCapacity(): Promise<Item[]> {
    const items: Item[] = [];
    do items.push(...(await this.#page()));
    while (!this.#complete && items.length < this.#settings.maxPlacementResults / 2);
    return items;
  }

  async #page(): Promise<Item[]> {
    const { random, shards } = this.#sources;
    this.#shards ??= await shards.inAnyOrder(random);
    const [partition = shardName(0)] = this.#shards;
    const memory = this.#facts.requests[0]?.groups.get('')?.resources['MEMORY_MB'];
    const { items, after } = await this.#sources.tables.query(PLACEMENT, {
      index: 'by-capacity',
      partition,
      ...(memory === undefined ? {} : { sortFrom: memory }),
      descending: true,
      limit: this.#settings.maxPlacementResults,
      consistent: false,
      ...(this.#after === undefined ? {} : { after: this.#after }),
    });
    if (items.length === 0 && this.#after === undefined) shards.foundEmpty(partition);
    this.#after = after;
    if (after === undefined) this.#shards.shift();
    this.#complete = this.#shards.length === 0;
    return items;
  }

  async #byHost(hosts: readonly string[]): Promise<Item[]> {
    this.#complete = true;
    return lookedUp(this.#sources.tables, PLACEMENT, hosts);
  }

  /** The providers below those of compute nodes. */
  async #below(states: readonly ProviderState[]): Promise<Map<string, ProviderState>> {
    const uuids = states.flatMap(({ below }) => below);
    const found = new Map<string, ProviderState>();
    for (let from = 0; from < uuids.length; from += MOST_KEYS) {
      const keys = uuids.slice(from, from + MOST_KEYS).map((uuid) => ({ table: PLACEMENT, key: providerKey(uuid) }));
      for (const item of await this.#sources.tables.batchGet(keys)) {
        if (item !== undefined) found.set(readProvider(item).provider.uuid, readProvider(item));
      }
    }
    return found;
  }

  async #services(states: readonly HostState[]): Promise<Map<string, ServiceState>> {
    const wanted = byHost(states, ({ host, cell }) => ({
      table: cellTable(cell),
      key: serviceKey(host, 'nova-compute'),
    }));
    const { serviceDownTime } = this.#settings;
    const now = this.#sources.clock.now();
    const services = [...(await this.#read(wanted))]
      .map(([host, item]) => [host, serviceItem(item)] as const)
      .filter(([, { deleted }]) => !deleted);
    const cells = new Map(states.map(({ provider: { host, cell } }) => [host, cell]));
    const silent = services.filter(([, service]) => !isUp(service, now, serviceDownTime)).map(([host]) => host);
    const pulses = await this.#pulses(new Set(silent.flatMap((host) => cells.get(host) ?? [])));
    const mayWork = (host: string, service: ServiceItem): boolean =>
      mayGetWork(service, now, serviceDownTime, pulses.get(cells.get(host) ?? ''));
    return new Map(
      services.map(([host, service]) => [host, { up: mayWork(host, service), disabled: service.disabled }]),
    );
  }

  /** What was noted of conductor queues, by cell: asked where a host was not heard lately, and nowhere else. */
  async #pulses(cells: ReadonlySet<string>): Promise<Map<string, PulseFacts>> {
    const names = [...cells].slice(0, MOST_KEYS);
    if (names.length === 0) return new Map();
    const items = await this.#sources.tables.batchGet(
      names.map((cell) => ({ table: cellTable(cell), key: queueLagKey })),
    );
    return new Map(items.map((item, at) => [names[at] ?? '', queueLagItem(item, '')]));
  }

  /** Members on each host: counted by the guards, and at least one where the conductor found one. */
  async #groupMembers(states: readonly ProviderState[]): Promise<Map<string, number>> {
    const { group, rebuild } = this.#facts;
    if (group === undefined || group.policy === 'affinity' || rebuild) {
      return new Map();
    }
    const guards = await this.#read(
      byHost(states, ({ host }) => ({ table: PLACEMENT, key: guardKey(hostGuardKey(group.uuid, host)) })),
    );
    const counts = new Map([...guards].map(([host, item]) => [host, guardItem(item).count]));
    for (const host of group.hosts) {
      counts.set(host, Math.max(1, counts.get(host) ?? 0));
    }
    return counts;
  }

  async #read(wanted: ReadonlyMap<string, Target>): Promise<Map<string, Item>> {
    const hosts = [...wanted.keys()];
    const items = hosts.length > 0 ? await this.#sources.tables.batchGet([...wanted.values()]) : [];
    return new Map(
      hosts.flatMap((host, at) => {
        const item = items[at];
        return item ? [[host, item]] : [];
      }),
    );
  }
}

/** One key for each host: several nodes may share one. */
function byHost(
  states: readonly Pick<ProviderState, 'provider'>[],
  target: (provider: ProviderState['provider']) => Target,
) {
  return new Map(states.map(({ provider }) => [provider.host, target(provider)]));
}

/** The hosts that a request leaves to choose among, as far as it names any. */
function namedHosts({ forcedHosts, destination, group }: RequestFacts, settings: SchedulerSettings): readonly string[] {
  if (forcedHosts.length > 0) {
    return forcedHosts;
  }
  if (destination.host !== undefined) {
    return [destination.host];
  }
  const together = group?.policy === 'affinity' && settings.enabledFilters.includes('ServerGroupAffinityFilter');
  return together ? group.hosts : [];
}
