import { counterKey } from './keys.ts';
import type { Counter } from '#ports/counter';
import type { TableName, Tables } from '#ports/tables';
import { counterItem } from '#records/items/counter';

/** Ids of one counter that are taken from the table and not given out yet. */
interface Block {
  next: number;
  end: number;
  /** A block on its way; takers wait for it together. */
  coming: Promise<void> | undefined;
}

/** How many ids are taken at once: one request in so many, and as many lost when a process ends. */
const BLOCK_SIZE = 100;

/**
 * Integer ids from 1 on, such as Nova's tables number their rows by.
 *
 * Each instance takes blocks of its own from the counter's item, so ids never repeat; they have gaps and, over several
 * instances, no order.
 */
export class BlockCounter implements Counter {
  readonly #blockSize: number;
  readonly #blocks = new Map<string, Block>();

  constructor(options: { readonly blockSize?: number } = {}) {
    this.#blockSize = options.blockSize ?? BLOCK_SIZE;
  }

  /** The next id of the counter `name` (`instances`, `migrations`, …) that lies in this table. */
  async nextId(tables: Tables, table: TableName, name: string): Promise<number> {
    const block = this.#block(`${table}\n${name}`);
    while (block.next >= block.end) {
      block.coming ??= this.#refill(block, tables, table, name);
      await block.coming;
    }
    return block.next++;
  }

  #block(identity: string): Block {
    const block = this.#blocks.get(identity) ?? { next: 0, end: 0, coming: undefined };
    this.#blocks.set(identity, block);
    return block;
  }

  async #refill(block: Block, tables: Tables, table: TableName, name: string): Promise<void> {
    try {
      const { item } = await tables.update(table, counterKey(name), { add: { taken: this.#blockSize } });
      const { taken } = counterItem(item);
      if (taken === undefined) throw new TypeError(`the counter ${name} in ${table} is no number`);
      block.end = taken + 1;
      block.next = block.end - this.#blockSize;
    } finally {
      block.coming = undefined;
    }
  }
}
