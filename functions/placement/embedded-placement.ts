import type { Log } from '#ports/log';
import type { Allocations, Owner, Placement, Provider, Resources } from '#ports/placement';
import { TransactionConflict, type Tables } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import { parseAllocationRequest } from '#wire/allocation-request';
import { afterRemoval, sameAllocations } from './allocations.ts';
import { claimTogether, withoutClaim } from './claims.ts';
import { commit, type Change } from './commit.ts';
import { claimOf, consumerKey, holding, newConsumer, readConsumer, type Consumer } from './consumer-item.ts';
import { providerKey, readProvider } from './provider-item.ts';
import { deleteProvider, offerProvider, retireProvider, saveProvider } from './providers.ts';

/** Writes of one change, the first included, while others change the same items. */
const TRIES = 3;

/** Consumers of one transaction: each with a provider and a group guard of its own, 99 of its 100 actions. */
const TOGETHER = 33;

/** What a change comes to once the consumers are read. */
type Decision =
  | { readonly kind: 'answer'; readonly answer: boolean }
  | { readonly kind: 'write'; readonly changes: Change[] };

const answer = (value: boolean): Decision => ({ kind: 'answer', answer: value });

/** What is reported of claims that were refused and of removals that found nothing. */
type PlacementLog = Pick<Log, 'warn' | 'error'>;

const SILENT: PlacementLog = { warn: () => undefined, error: () => undefined };

/** The deployment's own placement: claims are conditional transactions on the placement table. */
export class EmbeddedPlacement implements Placement {
  readonly #tables: Tables;
  readonly #log: PlacementLog;

  constructor(tables: Tables, log: PlacementLog = SILENT) {
    this.#tables = tables;
    this.#log = log;
  }

  saveProvider(provider: Provider): Promise<void> {
    return saveProvider(this.#tables, provider);
  }

  offer(uuid: string, isOffered: boolean): Promise<void> {
    return offerProvider(this.#tables, uuid, isOffered);
  }

  deleteProvider(uuid: string): Promise<boolean> {
    return deleteProvider(this.#tables, uuid);
  }

  retireProvider(uuid: string): Promise<void> {
    return retireProvider(this.#tables, uuid);
  }

  async allocations(consumer: string): Promise<Allocations> {
    return (await this.#read(consumer))?.allocations ?? {};
  }

  async traits(provider: string): Promise<readonly string[]> {
    const item = await this.#tables.get(PLACEMENT, providerKey(provider));
    return item === undefined ? [] : readProvider(item).traits;
  }

  async tree(node: string): Promise<ReadonlySet<string>> {
    const item = await this.#tables.get(PLACEMENT, providerKey(node));
    return new Set([node, ...(item === undefined ? [] : readProvider(item).below)]);
  }

  async providerName(provider: string): Promise<string | undefined> {
    const item = await this.#tables.get(PLACEMENT, providerKey(provider));
    return item === undefined ? undefined : readProvider(item).provider.node;
  }

  async claim(consumer: string, allocationRequest: string, owner: Owner, operation?: string): Promise<boolean> {
    const requested = parseAllocationRequest(allocationRequest);
    if (requested === undefined) {
      return false;
    }
    let known: Consumer | undefined;
    // The first look at a consumer that exists already is no try: a new consumer is the usual case.
    for (let attempt = 0; attempt <= TRIES; attempt += 1) {
      if (operation !== undefined && claimOf(known, operation)) {
        return true;
      }
      const outcome = await claimTogether(this.#tables, [
        { consumer, requested, owner, ...(operation === undefined ? {} : { operation }), ...(known ? { known } : {}) },
      ]);
      if (outcome.kind !== 'known-otherwise') {
        if (outcome.kind !== 'claimed')
          this.#log.warn('a claim was refused', { consumer, providers: Object.keys(requested).join(' ') });
        return outcome.kind === 'claimed';
      }
      known = outcome.consumers.get(consumer);
    }
    return false;
  }

  setAndClear(consumer: string, allocations: Allocations, owner: Owner, consumerToClear: string): Promise<boolean> {
    return this.#change([consumer, consumerToClear], ([before, cleared]) => {
      // What is handed over is gone: a repeat finds it arrived, and whoever comes late gives nothing back.
      if (cleared === undefined) return answer(sameAllocations(before?.allocations ?? {}, allocations));
      const guards = Object.fromEntries(
        Object.entries({ ...cleared?.guards, ...before?.guards }).filter(([provider]) => allocations[provider]),
      );
      const after = { ...(before ?? newConsumer(owner)), owner, allocations, claims: [], guards };
      const emptied = Object.keys(allocations).length === 0 ? undefined : after;
      return {
        kind: 'write',
        changes: [
          { consumer, before, after: emptied },
          { consumer: consumerToClear, before: cleared, after: undefined },
        ],
      };
    });
  }

  /**
   * Unlike Nova's it is tried again on a conflict: nobody looks at its answer, and a claim left behind stays for ever.
   */
  async removeProvider(consumer: string, provider: string, amounts: Resources): Promise<boolean> {
    const tree = await this.tree(provider);
    return this.#change([consumer], ([before]) => {
      const removal = afterRemoval(before?.allocations ?? {}, provider, amounts);
      if (before === undefined || removal.kind !== 'removed') {
        const level = removal.kind === 'not-on-provider' ? 'warn' : 'error';
        this.#log[level]('a claim that was to be removed is not there', { consumer, provider });
        return answer(removal.kind === 'not-on-provider');
      }
      const rest = Object.entries(removal.allocations);
      // Of a same-host move what is left on the node stays, and so does what is below it.
      const left = removal.allocations[provider] === undefined ? rest.filter(([uuid]) => !tree.has(uuid)) : rest;
      const after = left.length > 0 ? withoutMarksOf(holding(before, Object.fromEntries(left)), provider) : undefined;
      return { kind: 'write', changes: [{ consumer, before, after }] };
    });
  }

  /** @throws TransactionConflict when the same call may be tried again */
  release(consumer: string): Promise<boolean> {
    return this.#giveBack([consumer], () => undefined);
  }

  /** @throws TransactionConflict when the same call may be tried again */
  async withdraw(consumers: readonly string[], operation: string): Promise<void> {
    for (let from = 0; from < consumers.length; from += TOGETHER) {
      const part = consumers.slice(from, from + TOGETHER);
      await this.#giveBack(part, (before) => withoutClaim(before, operation));
    }
  }

  /** False when there was nothing to give back. */
  async #giveBack(consumers: readonly string[], rest: (before: Consumer) => Consumer | undefined): Promise<boolean> {
    let held = false;
    const done = await this.#change(consumers, (all) => {
      const changes = all.flatMap((before, at): Change[] => {
        const after = before && rest(before);
        return before === after ? [] : [{ consumer: consumers[at] ?? '', before, after }];
      });
      held = changes.length > 0;
      return held ? { kind: 'write', changes } : answer(true);
    });
    if (!done) {
      throw new TransactionConflict(`what ${consumers[0]} and others hold is changed by others`);
    }
    return held;
  }

  /** Reads consumers, decides and writes; on a conflict all of it again. False when refused or still in conflict. */
  async #change(
    consumers: readonly string[],
    decide: (before: readonly (Consumer | undefined)[]) => Decision,
  ): Promise<boolean> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const decision = decide(await this.#readAll(consumers));
      if (decision.kind === 'answer') {
        return decision.answer;
      }
      const outcome = await commit(this.#tables, decision.changes);
      if (outcome.kind === 'done') {
        return true;
      }
      if (outcome.kind === 'refused' && outcome.consumers.size === 0) {
        return false;
      }
    }
    return false;
  }

  async #readAll(consumers: readonly string[]): Promise<(Consumer | undefined)[]> {
    if (consumers.length === 1) {
      return Promise.all(consumers.map((consumer) => this.#read(consumer)));
    }
    const keys = consumers.map((consumer) => ({ table: PLACEMENT, key: consumerKey(consumer) }));
    const items = await this.#tables.batchGet(keys);
    return items.map((item) => item && readConsumer(item));
  }

  async #read(consumer: string): Promise<Consumer | undefined> {
    const item = await this.#tables.get(PLACEMENT, consumerKey(consumer));
    return item && readConsumer(item);
  }
}

/** A same-host move that was taken back may be made again, so its claim is forgotten. */
function withoutMarksOf(consumer: Consumer, provider: string): Consumer {
  return { ...consumer, claims: consumer.claims.filter((mark) => mark.added[provider] === undefined) };
}
