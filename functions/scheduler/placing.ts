import { NoValidHost } from '#errors';
import { claimOwner } from '#placement/claim-resources';
import { claimTogether, type Claim, type ClaimsOutcome } from '#placement/claims';
import { MAX_ACTIONS } from '#placement/commit';
import { claimOf, consumerKey, readConsumer, type Consumer } from '#placement/consumer-item';
import type { Fitting } from '#placement/fit';
import { providerKey } from '#placement/provider-item';
import type { WireObject } from '#ports/json';
import type { DestinationRequest } from '#ports/scheduler';
import { TransactionConflict } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import { fieldsOf } from '#wire/reading';
import { BestHosts } from './best-hosts.ts';
import { Candidates } from './candidates.ts';
import { capacityFilter } from './filters/capacity.ts';
import type { FilterRequest } from './filters/host-filter.ts';
import { GroupMembers } from './group-members.ts';
import { fitHost, place, type HostState } from './facts/host-state.ts';
import type { SchedulerComponents } from './components.ts';
import { pick } from './ranking.ts';
import { requestFacts, type RequestFacts } from './facts/request-facts.ts';
import { learnRefusals, refusalCounts, type Choice } from './refusals.ts';
import { selection } from './selection.ts';

/** What an instance has for certain. */
interface Placed {
  /** The compute node's own provider. */
  readonly root: string;
  readonly fitting: Fitting;
}

const NOTHING: Fitting = { allocations: {}, mappings: {} };

/** Refused transactions that one request puts up with beyond one for each of its instances. */
const MOST_FAILURES = 20;

/** Keeps a host out of the rest of a request. */
const GIVEN_UP = Infinity;

/**
 * One request on its way to hosts. Choices are made in memory, each one seeing the earlier ones, and claimed together,
 * as many as a transaction takes; a refusal shows what has changed, and the refused choices are made again.
 */
export class Placing {
  readonly #components: SchedulerComponents;
  readonly #request: DestinationRequest;
  readonly #facts: RequestFacts;
  readonly #candidates: Candidates;
  readonly #members: GroupMembers;
  readonly #best: BestHosts;
  readonly #operation: string;
  readonly #known = new Map<string, Consumer>();
  readonly #placed = new Map<string, Placed>();
  /** Instances that belong to another operation. */
  readonly #foreign = new Set<string>();
  #consumersRead = false;
  #batch = MAX_ACTIONS;
  #contended = false;

  constructor(components: SchedulerComponents, request: DestinationRequest) {
    this.#components = components;
    this.#request = request;
    this.#facts = requestFacts(request.spec);
    this.#candidates = new Candidates(components, this.#facts, components.settings);
    this.#members = new GroupMembers(this.#facts, components.settings);
    this.#best = new BestHosts(components, this.#candidates, request.instanceUuids.length);
    this.#operation = request.operation ?? request.context.request_id;
  }

  async place(): Promise<WireObject[][]> {
    if (this.#request.repeated) await this.#readConsumers();
    let failuresLeft = MOST_FAILURES + this.#request.instanceUuids.length;
    for (let pending = this.#pending(); pending.length > 0; pending = this.#pending()) {
      const choices = await this.#choose(pending);
      const outcome = await this.#claim(choices);
      this.#settle(choices, outcome);
      failuresLeft -= outcome.kind === 'claimed' ? 0 : 1;
      if (failuresLeft < 0) {
        throw new TransactionConflict('the hosts are claimed by many at once');
      }
    }
    return this.#selections();
  }

  #pending(): string[] {
    return this.#request.instanceUuids.filter((each) => !this.#placed.has(each) && !this.#foreign.has(each));
  }

  /** Hosts for as many of the instances as one transaction takes, at least one. */
  async #choose(pending: readonly string[]): Promise<Choice[]> {
    const choices: Choice[] = [];
    const touched = new Set<string>();
    for (const instance of pending) {
      const host = await this.#bestHost();
      const fitting = host && this.#fitting(host);
      if (host === undefined || fitting === undefined) {
        return (await this.#foundEarlierClaims(choices)) ? [] : this.#fail();
      }
      const guard = this.#members.guard(host.provider.host);
      for (const provider of Object.keys(fitting.allocations)) touched.add(provider);
      if (guard) touched.add(guard.key);
      const full = choices.length + 1 + touched.size > MAX_ACTIONS || choices.length >= this.#batch;
      if (full && choices.length > 0) break;
      place(host, fitting.allocations, 1);
      this.#members.plan(host.provider.host);
      choices.push({ instance, host, fitting });
    }
    return choices;
  }

  /** What a server would claim on a host; undefined where it has no room. */
  #fitting(host: HostState): Fitting | undefined {
    if (this.#facts.rebuild) return NOTHING;
    const fit = fitHost(host, this.#facts.requests);
    return fit.fits ? fit.fitting : undefined;
  }

  async #bestHost(): Promise<HostState | undefined> {
    const { random, settings } = this.#components;
    do {
      const spec = this.#filterRequest(this.#members.hosts);
      const best = await this.#best.among(this.#candidates.hosts, spec, settings.hostSubsetSize);
      if (best.length > 0) return pick(best, settings.hostSubsetSize, random);
    } while (await this.#candidates.more());
    return undefined;
  }

  #filterRequest(groupHosts: ReadonlySet<string>): FilterRequest {
    return { ...this.#facts, groupHosts };
  }

  async #claim(choices: readonly Choice[]): Promise<ClaimsOutcome> {
    if (this.#facts.rebuild) {
      return { kind: 'claimed' };
    }
    const { context, spec } = this.#request;
    const owner = claimOwner(fieldsOf(spec), context.user_id);
    const claims = choices.map(({ instance, host, fitting }): Claim => {
      const known = this.#known.get(instance);
      const guard = this.#members.guard(host.provider.host);
      return {
        consumer: instance,
        requested: fitting.allocations,
        owner,
        operation: this.#operation,
        ...(isPlain(fitting, host) ? {} : { tree: { root: host.provider.uuid, mappings: fitting.mappings } }),
        ...(known ? { known } : {}),
        ...(guard ? { guard } : {}),
      };
    });
    return claimTogether(this.#components.tables, claims);
  }

  #settle(choices: readonly Choice[], outcome: ClaimsOutcome): void {
    if (outcome.kind === 'claimed') {
      this.#members.settle(true);
      for (const { instance, host, fitting } of choices) {
        this.#placed.set(instance, { root: host.provider.uuid, fitting });
      }
      return;
    }
    this.#takeBack(choices);
    if (outcome.kind === 'known-otherwise') {
      for (const [instance, consumer] of outcome.consumers) {
        this.#learnConsumer(instance, consumer);
      }
    } else if (outcome.kind === 'refused') {
      learnRefusals(choices, outcome, this.#members, this.#candidates);
    } else if (choices.length > 1) {
      this.#batch = Math.floor(choices.length / 2);
    } else {
      this.#contended = true;
      choices.forEach(({ host }) => (host.refusals = GIVEN_UP));
    }
  }

  /** A consumer that this operation claimed for already keeps its host; one with another claim is about to move. */
  #learnConsumer(instance: string, consumer: Consumer | undefined): void {
    const mark = claimOf(consumer, this.#operation);
    const [provider] = Object.keys(mark?.added ?? {});
    if (mark && provider !== undefined) {
      const suffixes = [...(this.#facts.requests[0]?.groups.keys() ?? [])];
      const mappings = mark.tree?.mappings ?? Object.fromEntries(suffixes.map((suffix) => [suffix, [provider]]));
      this.#placed.set(instance, { root: mark.tree?.root ?? provider, fitting: { allocations: mark.added, mappings } });
    } else if (consumer && this.#request.fresh) {
      this.#foreign.add(instance);
    } else if (consumer) {
      this.#known.set(instance, consumer);
    } else {
      this.#known.delete(instance);
    }
  }

  /**
   * Before a request fails: whether an earlier try of it, cut short, has claimed for some of the instances. Their room
   * was not to be looked for again, and if the request fails they must be given back.
   */
  async #foundEarlierClaims(choices: readonly Choice[]): Promise<boolean> {
    if (this.#consumersRead || this.#facts.rebuild) {
      return false;
    }
    const before = this.#placed.size;
    await this.#readConsumers();
    const found = this.#placed.size > before;
    if (found) {
      this.#takeBack(choices);
    }
    return found;
  }

  #takeBack(choices: readonly Choice[]): void {
    this.#members.settle(false);
    for (const { host, fitting } of choices) {
      place(host, fitting.allocations, -1);
    }
  }

  async #readConsumers(): Promise<void> {
    this.#consumersRead = true;
    const instanceUuids = this.#pending();
    const items = await this.#components.tables.batchGet(
      instanceUuids.map((uuid) => ({ table: PLACEMENT, key: consumerKey(uuid) })),
    );
    for (const [at, instance] of instanceUuids.entries()) {
      const item = items[at];
      this.#learnConsumer(instance, item && readConsumer(item));
    }
  }

  /** Gives back what this operation claimed, now or at an earlier try, and ends. */
  async #fail(): Promise<never> {
    if (this.#contended) {
      throw new TransactionConflict('the hosts with room are claimed by many at once');
    }
    const { placement, onNoValidHost, filters } = this.#components;
    await placement.withdraw([...this.#placed.keys()], this.#operation);
    const spec = this.#filterRequest(this.#members.hosts);
    onNoValidHost(refusalCounts(this.#candidates.hosts, spec, filters), this.#request);
    const room = this.#candidates.hosts.some((host) => capacityFilter.hostPasses(host, spec).passes);
    // Nova says nothing when placement has no candidates, and this when its filters leave none of them.
    throw new NoValidHost({ reason: room ? 'There are not enough hosts available.' : '' });
  }

  async #selections(): Promise<WireObject[][]> {
    const missing = this.#roots().filter((uuid) => !this.#candidates.host(uuid));
    if (missing.length > 0) {
      const items = await this.#components.tables.batchGet(
        missing.map((uuid) => ({ table: PLACEMENT, key: providerKey(uuid) })),
      );
      await this.#candidates.add(items.filter((item) => item !== undefined));
    }
    const alternates = this.#request.alternates ? await this.#alternates() : [];
    return this.#request.instanceUuids.map((instance) => {
      if (this.#foreign.has(instance)) return [];
      const placed = this.#placed.get(instance);
      const host = this.#candidates.host(placed?.root ?? '');
      if (placed === undefined || host === undefined) {
        throw new NoValidHost({ reason: `The host of instance ${instance} is gone.` });
      }
      const others = alternates.filter(({ provider }) => provider.cellUuid === host.provider.cellUuid);
      const chosen = selection(host, this.#facts.rebuild ? undefined : placed.fitting);
      const list = others.slice(0, this.#components.settings.maxAttempts - 1);
      return [chosen, ...list.map((each) => selection(each, this.#facts.rebuild ? undefined : this.#fitting(each)))];
    });
  }

  /** Compute nodes that took one of the instances. */
  #roots(): string[] {
    return [...new Set([...this.#placed.values()].map(({ root }) => root))];
  }

  /** Hosts that took none of the instances and could take one, the best first. */
  async #alternates(): Promise<HostState[]> {
    // One server's alternates may lie elsewhere, as nobody of its group is placed yet if it has to move on.
    const alone = this.#request.instanceUuids.length === 1;
    const spec = this.#filterRequest(alone ? new Set(this.#facts.group?.hosts) : this.#members.hosts);
    const taken = new Set(this.#roots());
    if (this.#candidates.hosts.length <= taken.size) {
      await this.#candidates.more();
    }
    const free = this.#candidates.hosts.filter(({ provider }) => !taken.has(provider.uuid));
    // A server's alternates lie in the cell of its host.
    const cells = [...taken].map((uuid) => this.#candidates.host(uuid)?.provider.cellUuid);
    const inCell = (cell: string | undefined) => free.filter(({ provider }) => provider.cellUuid === cell);
    const wanted = this.#components.settings.maxAttempts - 1;
    const best = [...new Set(cells)].map((cell) => this.#best.among(inCell(cell), spec, wanted));
    return (await Promise.all(best)).flat();
  }
}

/** Whether a claim is on the compute node's own provider alone. */
const isPlain = ({ allocations }: Fitting, { provider }: HostState): boolean =>
  Object.keys(allocations).every((uuid) => uuid === provider.uuid);
