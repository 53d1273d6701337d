import type { Attributes, Item, Tables } from '#ports/tables';

/** The table that the suites write to unless they say another. */
export const CELL = 'cell-cell1';

/** The tables under test: those of a deployment with the cell `cell1`. */
export interface TablesUnderTest {
  readonly tables: Tables;
  /** Requests made so far. */
  readonly requests: string[];
  stop(): Promise<void>;
}

/** What every suite of the port works on: one set of tables, and partitions that no other test writes to. */
export class TablesBench {
  #world: TablesUnderTest | undefined;
  #partitions = 0;

  async start(world: Promise<TablesUnderTest>): Promise<void> {
    this.#world = await world;
  }

  async stop(): Promise<void> {
    await this.#world?.stop();
  }

  get tables(): Tables {
    return this.#started.tables;
  }

  get requests(): string[] {
    return this.#started.requests;
  }

  fresh(): string {
    return `partition#${++this.#partitions}`;
  }

  /** Puts an item into a partition of its own. */
  async stored(attributes: Attributes): Promise<Item> {
    const item: Item = { ...attributes, pk: this.fresh(), sk: 'sk' };
    await this.tables.put(CELL, item);
    return item;
  }

  get #started(): TablesUnderTest {
    if (!this.#world) throw new Error('the tables under test have not started');
    return this.#world;
  }
}
