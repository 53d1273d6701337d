import type { ItemAddress } from './item-addresses.ts';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Condition } from '#ports/conditions';
import {
  ConditionFailed,
  type Action,
  type AnyKind,
  type Item,
  type Key,
  type Page,
  type Query,
  type RecordKey,
  type TableName,
  type Tables,
  type Update,
  type Updated,
  type UpdateOf,
} from '#ports/tables';

/** What was read of each item, by table and key. */
type Reads = Map<string, Promise<Item | undefined>>;

const current = new AsyncLocalStorage<Reads>();

/**
 * The same work, with the items that it reads remembered until it ends: what was read before, or answered
 * by a write of its own, is not read again. For work that decides by the conditions of its writes, and does
 * not wait for what others write.
 */
export const remembering =
  <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>): ((...args: A) => Promise<R>) =>
  (...args) =>
    current.run(new Map(), () => work(...args));

/** Reads in one request what the work that follows asks for one by one. */
export async function readAhead(
  { tables }: { readonly tables: Tables },
  ...addresses: readonly ItemAddress[]
): Promise<void> {
  if (current.getStore() !== undefined) await tables.batchGet(addresses);
}

const nameOf = (table: TableName, { pk, sk }: Key): string => `${table}\n${pk}\n${sk}`;

/** Tables that remember the reads of what runs inside of `remembering`, and of nothing else. */
export class RememberedReads implements Tables {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  async get(table: TableName, key: Key, options?: { readonly consistent?: boolean }): Promise<Item | undefined> {
    return this.#read(table, key, () => this.#tables.get(table, key, options));
  }

  async batchGet(keys: readonly { readonly table: TableName; readonly key: Key }[]): Promise<(Item | undefined)[]> {
    const reads = current.getStore();
    const missing = keys.filter(({ table, key }) => reads?.has(nameOf(table, key)) !== true);
    const reading = missing.length === 0 ? Promise.resolve([]) : this.#tables.batchGet(missing);
    const answers = keys.map(({ table, key }) =>
      this.#read(table, key, async () => (await reading)[missing.findIndex((each) => isSame(each, { table, key }))]),
    );
    return Promise.all(answers);
  }

  query(table: TableName, query: Query): Promise<Page> {
    return this.#tables.query(table, query);
  }

  put(table: TableName, item: Item, condition?: Condition): Promise<void> {
    return forgetting([nameOf(table, item)], () => this.#tables.put(table, item, condition));
  }

  async update<Kind = AnyKind>(
    table: TableName,
    key: RecordKey<Kind>,
    update: UpdateOf<Kind>,
    condition?: Condition,
  ): Promise<Updated<Kind>>;
  async update(table: TableName, key: Key, update: Update, condition?: Condition): Promise<Updated> {
    const name = nameOf(table, key);
    try {
      const updated = await forgetting([name], () => this.#tables.update(table, key, update, condition));
      current.getStore()?.set(name, Promise.resolve(updated.item));
      return updated;
    } catch (error) {
      if (error instanceof ConditionFailed) current.getStore()?.set(name, Promise.resolve(error.item));
      throw error;
    }
  }

  delete(table: TableName, key: Key, condition?: Condition): Promise<Item | undefined> {
    return forgetting([nameOf(table, key)], () => this.#tables.delete(table, key, condition));
  }

  transact(actions: readonly Action[]): Promise<void> {
    const names = actions.map((action) => nameOf(action.table, action.kind === 'put' ? action.item : action.key));
    return forgetting(names, () => this.#tables.transact(actions));
  }

  async #read(table: TableName, key: Key, ask: () => Promise<Item | undefined>): Promise<Item | undefined> {
    const reads = current.getStore();
    if (reads === undefined) return ask();
    const name = nameOf(table, key);
    const reading = reads.get(name) ?? ask();
    reads.set(name, reading);
    try {
      const item = await reading;
      return item && { ...item };
    } catch (error) {
      if (reads.get(name) === reading) reads.delete(name);
      throw error;
    }
  }
}

const isSame = (one: ItemAddress, other: ItemAddress): boolean =>
  nameOf(one.table, one.key) === nameOf(other.table, other.key);

/** Writes, after which the items are read anew: whether or not the write came about. */
async function forgetting<T>(names: readonly string[], write: () => Promise<T>): Promise<T> {
  const forget = (): void => {
    for (const name of names) current.getStore()?.delete(name);
  };
  try {
    return await write();
  } finally {
    forget();
  }
}
