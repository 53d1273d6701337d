import type { Tables } from '#ports/tables';
import type { Records } from '../method.ts';

/**
 * Milliseconds for which a host goes on reading a server that it was concerned with:
 * reading takes nothing from anybody.
 */
const REMEMBERED = 60_000;

/** Servers that are remembered; at more, all are asked for again. */
const MOST = 20_000;

const known = new WeakMap<Tables, ReadableInstances>();

/** What this function knows of who may read which server. */
export function readableInstances({ tables }: Pick<Records, 'tables'>): ReadableInstances {
  const found = known.get(tables) ?? new ReadableInstances();
  known.set(tables, found);
  return found;
}

/** Servers by the hosts that read them, each for a while. */
class ReadableInstances {
  readonly #until = new Map<string, number>();

  has(records: Records, uuid: string): boolean {
    return (this.#until.get(keyOf(records, uuid)) ?? 0) > records.clock.now();
  }

  note(records: Records, uuid: string): void {
    if (this.#until.size >= MOST) this.#until.clear();
    this.#until.set(keyOf(records, uuid), records.clock.now() + REMEMBERED);
  }
}

const keyOf = ({ cell, hosts = [] }: Records, uuid: string): string => JSON.stringify([cell?.name, uuid, ...hosts]);
