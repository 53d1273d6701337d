import {
  AllocationDeleteFailed,
  AllocationMoveFailed,
  AllocationUpdateFailed,
  ConsumerAllocationRetrievalFailed,
} from '#errors';
import type { ClaimMarks } from '#ports/claim-marks';
import type { Clock } from '#ports/clock';
import type { JsonMap } from '#ports/json';
import type { Log } from '#ports/log';
import type { CandidatePlacement, CandidateQuery, FoundCandidates } from '#ports/allocation-candidates';
import type { Allocations, Owner } from '#ports/placement';
import { parseAllocationRequest } from '#wire/allocation-request';
import { detailOf } from './error-detail.ts';
import {
  allocationsBody,
  claimBody,
  consumersOf,
  heldOf,
  nameIn,
  namesAll,
  ownerBody,
  providerUuids,
  without,
  traitsIn,
  writtenOf,
  type Held,
  type Written,
} from './placement-answers.ts';
import { setMembership } from './placement-aggregates.ts';
import { candidatesPath, foundCandidates } from './placement-candidates.ts';
import type { Answer, ServiceClient } from './service-client.ts';

/** Placement's microversions: of reads and writes of allocations, of a Selection, of provider trees. */
const ALLOCATIONS = '1.28';
const SELECTION = '1.36';
const TREES = '1.14';

/** Writes of one change, the first included, while others change the same providers. */
const TRIES = 4;

export interface PlacementOptions {
  readonly client: Pick<ServiceClient, 'call'>;
  readonly marks: ClaimMarks;
  readonly clock: Pick<Clock, 'timer'>;
  readonly log: Pick<Log, 'debug' | 'warn' | 'error'>;
  /** From 0 up to 1, without it. */
  readonly random: () => number;
}

/** What became of taking something out of what a consumer holds. */
type Reduced = 'reduced' | 'not-held' | 'holds-nothing' | 'failed';

/**
 * Claims in an OpenStack Placement. Providers and inventories are the computes' own: nothing of them is written here.
 */
export class OpenStackPlacement implements CandidatePlacement {
  readonly #options: PlacementOptions;

  constructor(options: PlacementOptions) {
    this.#options = options;
  }

  saveProvider(): Promise<void> {
    return Promise.resolve();
  }

  /** A compute says by a trait of its provider's that it is disabled. */
  offer(): Promise<void> {
    return Promise.resolve();
  }

  deleteProvider(): Promise<boolean> {
    return Promise.resolve(true);
  }

  retireProvider(): Promise<void> {
    return Promise.resolve();
  }

  async allocations(consumer: string): Promise<Allocations> {
    return (await this.#held(consumer)).allocations;
  }

  async traits(provider: string): Promise<readonly string[]> {
    return traitsIn(await this.#get(`/resource_providers/${encodeURIComponent(provider)}/traits`, '1.6'), provider);
  }

  async tree(provider: string): Promise<ReadonlySet<string>> {
    const answer = await this.#get(`/resource_providers?in_tree=${encodeURIComponent(provider)}`, TREES);
    return new Set([provider, ...(answer.status === 200 ? providerUuids(answer.body) : [])]);
  }

  async providerName(provider: string): Promise<string | undefined> {
    return nameIn(await this.#get(`/resource_providers/${encodeURIComponent(provider)}`, TREES));
  }

  async candidates(query: CandidateQuery): Promise<FoundCandidates> {
    const answer = await this.#get(candidatesPath(query), SELECTION);
    if (answer.status === 200) return foundCandidates(answer.body);
    this.#options.log.error('Placement refused to look for candidates', {
      error: `${answer.status}: ${detailOf(answer.body)}`,
    });
    return { candidates: [], free: new Map() };
  }

  /** @throws ConsumerAllocationRetrievalFailed when Placement refuses to answer */
  async claimsOn(node: string): Promise<ReadonlyMap<string, Allocations>> {
    const claims = new Map<string, Allocations>();
    for (const provider of await this.tree(node)) {
      const { status, body } = await this.#get(`/resource_providers/${encodeURIComponent(provider)}/allocations`);
      if (status === 404) continue;
      if (status !== 200)
        throw new ConsumerAllocationRetrievalFailed({ consumer_uuid: provider, error: `${status}: ${detailOf(body)}` });
      for (const [consumer, resources] of Object.entries(consumersOf(body)))
        claims.set(consumer, { ...claims.get(consumer), [provider]: resources });
    }
    return claims;
  }

  async claimedBy(consumer: string, operation: string): Promise<{ held: Allocations; own: Allocations }> {
    const { allocations: held } = await this.#held(consumer);
    const before = Object.keys(held).length === 0 ? undefined : await this.#options.marks.read(consumer, operation);
    return { held, own: before === undefined ? {} : without(held, new Set(before)) };
  }

  /** @throws AllocationUpdateFailed when somebody else changed what the consumer holds */
  async claim(consumer: string, allocationRequest: string, owner: Owner, operation?: string): Promise<boolean> {
    const requested = parseAllocationRequest(allocationRequest);
    if (requested === undefined) return false;
    let generation: null | 0 = null;
    let conflict: string | undefined;
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      await this.#pause(attempt);
      const held = await this.#held(consumer);
      const fresh = Object.fromEntries(
        Object.entries(requested).filter(([provider]) => held.allocations[provider] === undefined),
      );
      // All of it is held: the claim was made, and its answer was lost.
      if (Object.keys(fresh).length === 0) return true;
      if (conflict !== undefined && held.generation !== null) {
        throw new AllocationUpdateFailed({ consumer_uuid: consumer, error: conflict });
      }
      if (operation !== undefined) await this.#options.marks.note(consumer, operation, Object.keys(held.allocations));
      const body = claimBody(allocationRequest, held, fresh, owner, generation);
      const version = held.generation === null && body['mappings'] === undefined ? ALLOCATIONS : SELECTION;
      const { written, detail } = await this.#put(consumer, version, body);
      if (written === 'written') return true;
      if (written === 'refused') {
        this.#options.log.debug('Placement refused a claim', { consumer, error: detail });
        return false;
      }
      if (written === 'consumer-conflict') {
        // A claim that was refused for an unknown provider leaves a consumer of generation 0 behind that no GET shows.
        if (generation === 0 || held.generation !== null) {
          throw new AllocationUpdateFailed({ consumer_uuid: consumer, error: detail });
        }
        generation = 0;
        conflict = detail;
      }
    }
    this.#options.log.error('a claim met other changes of its providers at every try', { consumer, tries: TRIES });
    return false;
  }

  /** @throws AllocationMoveFailed when somebody else changed what one of them holds */
  async setAndClear(
    consumer: string,
    allocations: Allocations,
    owner: Owner,
    consumerToClear: string,
  ): Promise<boolean> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      await this.#pause(attempt);
      const [cleared, target] = [await this.#held(consumerToClear), await this.#held(consumer)];
      // Already moved: the answer was lost.
      if (cleared.generation === null && namesAll(target.allocations, allocations)) return true;
      const moved = namesAll(cleared.allocations, allocations) ? cleared.allocations : allocations;
      const whose = cleared.owner ?? owner;
      const answer = await this.#options.client.call({
        method: 'POST',
        path: '/allocations',
        as: 'service',
        version: ALLOCATIONS,
        body: {
          [consumerToClear]: { allocations: {}, ...ownerBody(whose), consumer_generation: cleared.generation },
          [consumer]: {
            allocations: allocationsBody(moved),
            ...ownerBody(whose),
            consumer_generation: target.generation,
          },
        },
      });
      const written = writtenOf(answer);
      if (written === 'written') return true;
      const error = detailOf(answer.body);
      if (written === 'consumer-conflict') {
        throw new AllocationMoveFailed({ source_consumer: consumerToClear, target_consumer: consumer, error });
      }
      if (written === 'refused') {
        this.#options.log.warn('Placement refused to move allocations', { consumer, consumerToClear, error });
        return false;
      }
    }
    return false;
  }

  /** Takes the provider and all of its tree out of what the consumer holds; a conflict is read and written again. */
  async removeProvider(consumer: string, provider: string): Promise<boolean> {
    const tree = await this.tree(provider);
    const outcome = await this.#reduce(consumer, (allocations) => without(allocations, tree));
    return outcome === 'reduced' || outcome === 'not-held';
  }

  /** @throws AllocationDeleteFailed when Placement refuses */
  async release(consumer: string): Promise<boolean> {
    const answer = await this.#options.client.call({
      method: 'DELETE',
      path: `/allocations/${encodeURIComponent(consumer)}`,
      as: 'service',
    });
    if (answer.status === 204) return true;
    if (answer.status === 404) return false;
    throw new AllocationDeleteFailed({ consumer_uuid: consumer, error: `${answer.status}: ${detailOf(answer.body)}` });
  }

  /** @throws AllocationUpdateFailed when others change the same allocations at every try */
  async withdraw(consumers: readonly string[], operation: string): Promise<void> {
    const { marks } = this.#options;
    for (const consumer of consumers) {
      const before = await marks.read(consumer, operation);
      if (before === undefined) continue;
      const kept = new Set(before);
      const isKept = ([provider]: readonly [string, unknown]): boolean => kept.has(provider);
      const outcome = await this.#reduce(consumer, (allocations) =>
        Object.fromEntries(Object.entries(allocations).filter(isKept)),
      );
      if (outcome === 'failed') {
        throw new AllocationUpdateFailed({ consumer_uuid: consumer, error: 'its claim could not be taken back' });
      }
      await marks.forget(consumer, operation);
    }
  }

  /** Writes less than the consumer holds; after a conflict it is read and written again. */
  async #reduce(consumer: string, rest: (allocations: Allocations) => Allocations): Promise<Reduced> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      await this.#pause(attempt);
      const { allocations, generation, owner } = await this.#held(consumer);
      const after = rest(allocations);
      if (owner === undefined || Object.keys(allocations).length === 0) return 'holds-nothing';
      if (Object.keys(after).length === Object.keys(allocations).length) return 'not-held';
      const body = { allocations: allocationsBody(after), ...ownerBody(owner), consumer_generation: generation };
      const { written, detail } = await this.#put(consumer, ALLOCATIONS, body);
      if (written === 'written') return 'reduced';
      if (written === 'refused') {
        this.#options.log.warn('Placement refused to reduce allocations', { consumer, error: detail });
        return 'failed';
      }
    }
    return 'failed';
  }

  setMembership(node: string, aggregate: string, isMember: boolean): Promise<boolean> {
    return setMembership(this.#options.client, node, aggregate, isMember);
  }

  async #held(consumer: string): Promise<Held> {
    const { status, body } = await this.#get(`/allocations/${encodeURIComponent(consumer)}`, ALLOCATIONS);
    if (status === 200) return heldOf(body);
    throw new ConsumerAllocationRetrievalFailed({ consumer_uuid: consumer, error: `${status}: ${detailOf(body)}` });
  }

  #get(path: string, version?: string): Promise<Answer> {
    return this.#options.client.call({ method: 'GET', path, as: 'service', ...(version ? { version } : {}) });
  }

  /** Sent once: sent again it would meet its own new generation. */
  async #put(consumer: string, version: string, body: JsonMap): Promise<{ written: Written; detail: string }> {
    const path = `/allocations/${encodeURIComponent(consumer)}`;
    const answer = await this.#options.client.call({ method: 'PUT', path, as: 'service', version, body });
    return { written: writtenOf(answer), detail: detailOf(answer.body) };
  }

  /** Before a further try: a random part of up to a second, so that those who met once do not meet again. */
  async #pause(attempt: number): Promise<void> {
    const { clock, random } = this.#options;
    if (attempt === 0) return;
    await new Promise<void>((resolve) => void clock.timer(random() * Math.min(1000, 250 * 2 ** attempt), resolve));
  }
}
