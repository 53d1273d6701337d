import { AllocationUpdateFailed, NoValidHost } from '#errors';
import { claimOwner } from '#placement/claim-resources';
import type { Fitting } from '#placement/fit';
import type { CandidatePlacement } from '#ports/allocation-candidates';
import type { WireObject } from '#ports/json';
import type { DestinationRequest } from '#ports/scheduler';
import { allocationsText } from '#wire/allocation-request';
import { fieldsOf } from '#wire/reading';
import { BestHosts } from './best-hosts.ts';
import { place, roomFor, type HostState } from './facts/host-state.ts';
import { requestFacts, type RequestFacts } from './facts/request-facts.ts';
import type { FilterRequest } from './filters/host-filter.ts';
import { GroupMembers } from './group-members.ts';
import { OfferedHosts } from './offered-hosts.ts';
import type { SchedulerComponents } from './components.ts';
import { pick } from './ranking.ts';
import { refusalCounts } from './refusals.ts';
import { selection } from './selection.ts';

/** An instance that holds what it needs on a host. */
interface Placed {
  readonly host: HostState;
  readonly fitting: Fitting;
}

/**
 * One request on its way to hosts that an OpenStack Placement offers (nova.scheduler.manager): the candidates are asked
 * for once, filtered and weighed with what the cells know of their hosts, and claimed server by server. A claim that
 * loses its race takes the next host.
 */
export class CandidatePlacing {
  readonly #components: SchedulerComponents;
  readonly #placement: CandidatePlacement;
  readonly #request: DestinationRequest;
  readonly #facts: RequestFacts;
  readonly #members: GroupMembers;
  readonly #offered: OfferedHosts;
  readonly #best: BestHosts;
  readonly #operation: string;
  readonly #placed = new Map<string, Placed>();
  /** Instances that belong to another operation. */
  readonly #foreign = new Set<string>();

  constructor(components: SchedulerComponents, placement: CandidatePlacement, request: DestinationRequest) {
    this.#components = components;
    this.#placement = placement;
    this.#request = request;
    this.#facts = requestFacts(request.spec);
    this.#members = new GroupMembers(this.#facts, components.settings);
    this.#offered = new OfferedHosts(components, placement, this.#facts);
    this.#best = new BestHosts(components, this.#offered, request.instanceUuids.length);
    this.#operation = request.operation ?? request.context.request_id;
  }

  async place(): Promise<WireObject[][]> {
    await this.#offered.ask();
    await this.#findClaims();
    for (const instance of this.#request.instanceUuids) {
      if (this.#placed.has(instance) || this.#foreign.has(instance)) continue;
      const placed = await this.#claim(instance);
      if (placed === undefined) return this.#fail();
      this.#placed.set(instance, placed);
    }
    return this.#selections();
  }

  /** What an earlier try of this request, or another operation, claimed for the instances. */
  async #findClaims(): Promise<void> {
    for (const instance of this.#request.instanceUuids) {
      const { held, own } = await this.#placement.claimedBy(instance, this.#operation);
      const found = Object.keys(own).length === 0 ? undefined : await this.#offered.hostOf(own);
      if (found !== undefined) this.#placed.set(instance, found);
      else if (this.#request.fresh === true && Object.keys(held).length > 0) this.#foreign.add(instance);
    }
  }

  /** Claims on the best host that lets it. */
  async #claim(instance: string): Promise<Placed | undefined> {
    const { context, spec } = this.#request;
    const owner = claimOwner(fieldsOf(spec), context.user_id);
    const { random, settings } = this.#components;
    for (;;) {
      const best = await this.#best.among(this.#offered.hosts, this.#filterRequest(), settings.hostSubsetSize);
      const host = pick(best, settings.hostSubsetSize, random);
      const fitting = host && roomFor(host);
      if (host === undefined || fitting === undefined) return undefined;
      const text = allocationsText(fitting.allocations, fitting.mappings);
      if (await this.#orTakeBack(this.#placement.claim(instance, text, owner, this.#operation))) {
        place(host, fitting.allocations, 1);
        this.#members.plan(host.provider.host);
        this.#members.settle(true);
        return { host, fitting };
      }
      this.#offered.giveUp(host);
    }
  }

  /** Who else changes what one of the instances holds ends the request: what the others were given is given back. */
  async #orTakeBack(claimed: Promise<boolean>): Promise<boolean> {
    try {
      return await claimed;
    } catch (error) {
      if (error instanceof AllocationUpdateFailed) {
        await this.#placement.withdraw(this.#request.instanceUuids, this.#operation);
      }
      throw error;
    }
  }

  #filterRequest(groupHosts: ReadonlySet<string> = this.#members.hosts): FilterRequest {
    return { ...this.#facts, groupHosts };
  }

  /** Gives back what this operation claimed, now or at an earlier try, and ends. */
  async #fail(): Promise<never> {
    await this.#placement.withdraw(this.#request.instanceUuids, this.#operation);
    const { onNoValidHost, filters } = this.#components;
    onNoValidHost(refusalCounts(this.#offered.hosts, this.#filterRequest(), filters), this.#request);
    // Nova says nothing when placement has no candidates, and this when its filters leave none of them.
    throw new NoValidHost({ reason: this.#offered.hosts.length > 0 ? 'There are not enough hosts available.' : '' });
  }

  async #selections(): Promise<WireObject[][]> {
    const { alternates, instanceUuids } = this.#request;
    const others = alternates ? await this.#alternates() : [];
    return instanceUuids.map((instance) => {
      const placed = this.#placed.get(instance);
      if (placed === undefined) return [];
      const { cellUuid } = placed.host.provider;
      const further = others.filter(({ host }) => host.provider.cellUuid === cellUuid);
      return [placed, ...further.slice(0, this.#components.settings.maxAttempts - 1)].map(({ host, fitting }) =>
        selection(host, fitting),
      );
    });
  }

  /** Hosts that took none of the instances and could take one, the best first. */
  async #alternates(): Promise<Placed[]> {
    // One server's alternates may lie elsewhere, as nobody of its group is placed yet if it has to move on.
    const alone = this.#request.instanceUuids.length === 1;
    const spec = this.#filterRequest(alone ? new Set(this.#facts.group?.hosts) : this.#members.hosts);
    const taken = new Set([...this.#placed.values()].map(({ host }) => host.provider.uuid));
    const free = this.#offered.hosts.filter(({ provider }) => !taken.has(provider.uuid));
    // A server's alternates lie in the cell of its host.
    const cells = new Set([...this.#placed.values()].map(({ host }) => host.provider.cellUuid));
    const inCell = (cell: string) => free.filter(({ provider }) => provider.cellUuid === cell);
    const wanted = this.#components.settings.maxAttempts - 1;
    const best = await Promise.all([...cells].map((cell) => this.#best.among(inCell(cell), spec, wanted)));
    return best.flat().flatMap((host) => {
      const fitting = roomFor(host);
      return fitting === undefined ? [] : [{ host, fitting }];
    });
  }
}
