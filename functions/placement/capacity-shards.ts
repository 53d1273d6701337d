import type { Clock } from '#ports/clock';
import type { Key, Tables } from '#ports/tables';
import { PLACEMENT } from '#records/keys';
import { providersMade, shardName } from './provider-item.ts';

/**
 * The partitions of the capacity index: the first hundred providers that were ever made are in one, the next hundred in
 * another, each by the memory that is left. A provider stays where it was put, and no partition gets more.
 */

/** Counts the providers that were ever made. */
const COUNT_KEY: Key = { pk: 'capacity', sk: 'providers' };

/** Providers of a partition. */
const PROVIDERS = 100;

/** Milliseconds for which the number is used again. */
const KEPT_FOR = 60_000;

/** The partition of the next provider that is made. */
export async function nextShard(tables: Pick<Tables, 'update'>): Promise<string> {
  const { item } = await tables.update(PLACEMENT, COUNT_KEY, { add: { count: 1 } });
  return shardName(Math.floor((providersMade(item) - 1) / PROVIDERS));
}

/** The partitions, whose number is asked for once a minute: the newest is not looked at in its first. */
export class CapacityShards {
  readonly #tables: Pick<Tables, 'get'>;
  readonly #clock: Pick<Clock, 'now'>;
  #kept: { readonly read: number; readonly shards: Promise<number> } | undefined;
  /** Those that lately had no host to offer: all of them drained, or full. */
  readonly #empty = new Set<string>();

  constructor(tables: Pick<Tables, 'get'>, clock: Pick<Clock, 'now'>) {
    this.#tables = tables;
    this.#clock = clock;
  }

  /** A partition had nothing to offer: for a while it is looked at last. */
  foundEmpty(shard: string): void {
    this.#empty.add(shard);
  }

  /** Every partition, beginning with any: requests at the same time do not look at the same hosts. */
  async inAnyOrder(random: () => number): Promise<string[]> {
    const count = await this.#count();
    const first = Math.floor(random() * count);
    const all = Array.from({ length: count }, (_, at) => shardName((first + at) % count));
    const full = all.filter((shard) => !this.#empty.has(shard));
    if (full.length === all.length) return all;
    // The first one after a row of empty ones would get what is meant for all of them.
    const begin = Math.floor(random() * full.length);
    return [...full.slice(begin), ...full.slice(0, begin), ...all.filter((shard) => this.#empty.has(shard))];
  }

  #count(): Promise<number> {
    const now = this.#clock.now();
    if (this.#kept !== undefined && now - this.#kept.read < KEPT_FOR) return this.#kept.shards;
    this.#empty.clear();
    const shards = this.#read();
    this.#kept = { read: now, shards };
    shards.catch(() => {
      this.#kept = undefined;
    });
    return shards;
  }

  async #read(): Promise<number> {
    const item = await this.#tables.get(PLACEMENT, COUNT_KEY, { consistent: false });
    return Math.max(1, Math.ceil(providersMade(item) / PROVIDERS));
  }
}
