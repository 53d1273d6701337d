import type { Condition } from '#ports/conditions';
import { indexAttribute, KEYS_ONLY } from '#ports/index-attribute';
import {
  ConditionFailed,
  TransactionRefused,
  type Action,
  type Item,
  type Key,
  type Page,
  type Query,
  type TableName,
  type Tables,
  type Update,
  type Updated,
  type UpdateOf,
  type RecordKey,
  type AnyKind,
} from '#ports/tables';
import { foldOf } from '#adapters/packing/fold';
import { demandsAbsence, storedCondition } from '#adapters/packing/packed-conditions';
import { storedUpdate } from '#adapters/packing/packed-item';
import type { OnRequest, TableOperation } from '#adapters/table-operation';
import { holds } from './evaluate.ts';
import {
  isRepeated,
  plainItem,
  storedAttributes,
  storedItem,
  updatedItem,
  ValidationException,
  type StoredItem,
} from './stored-item.ts';
import { TableStore } from './table-store.ts';
import type { ItemChange, TableUse } from './table-use.ts';

/** Bytes that the service reads for one page. */
const PAGE_BYTES = 1024 * 1024;

/** Keys of one BatchGetItem, and actions of one transaction. */
const BATCH = 100;

/**
 * The records in memory. A table is there as soon as somebody names it.
 *
 * Requests that the service refuses for their form are refused here too, with a ValidationException.
 */
export class MemoryTables implements Tables {
  readonly #tables = new Map<TableName, TableStore>();
  readonly #onRequest: OnRequest;
  readonly #onUse: (use: TableUse) => void;

  /**
   * @param options `onRequest` is called with each request before it is made, `onUse` afterwards what it read or wrote
   */
  constructor(options: { readonly onRequest?: OnRequest; readonly onUse?: (use: TableUse) => void } = {}) {
    this.#onRequest = options.onRequest ?? (() => undefined);
    this.#onUse = options.onUse ?? (() => undefined);
  }

  /** Every table that holds anything, with its items by key: what a test compares at its end. */
  dump(): Record<TableName, Item[]> {
    const names = [...this.#tables.keys()].toSorted();
    const tables = names.map((name) => [name, this.#table(name).all().map(plainItem)] as const);
    return Object.fromEntries(tables.filter(([, items]) => items.length > 0));
  }

  async get(table: TableName, key: Key, options?: { readonly consistent?: boolean }): Promise<Item | undefined> {
    this.#onRequest('GetItem');
    const found = this.#table(table).get(key);
    const consistent = options?.consistent ?? true;
    this.#onUse({ kind: 'read', operation: 'GetItem', table, consistent, items: [found] });
    return found && plainItem(found);
  }

  async batchGet(keys: readonly { readonly table: TableName; readonly key: Key }[]): Promise<(Item | undefined)[]> {
    const different = new Set(keys.map(({ table, key }) => `${table}\n${key.pk}\n${key.sk}`)).size;
    for (let read = 0; read < different; read += BATCH) this.#onRequest('BatchGetItem');
    for (const [table, of] of Map.groupBy(keys, (each) => each.table)) {
      const once = new Map(of.map(({ key }) => [`${key.pk}\n${key.sk}`, key]));
      const items = [...once.values()].map((key) => this.#table(table).get(key));
      this.#onUse({ kind: 'read', operation: 'BatchGetItem', table, consistent: true, items });
    }
    return keys.map(({ table, key }) => {
      const found = this.#table(table).get(key);
      return found && plainItem(found);
    });
  }

  async query(table: TableName, query: Query): Promise<Page> {
    const store = this.#table(table);
    const read = store.select(query).slice(0, query.limit);
    const bytes = read.reduce((sum, item) => sum + item.size, 0);
    for (let page = 0; page === 0 || page * PAGE_BYTES < bytes; page++) this.#onRequest('Query');
    const { filter, index } = query;
    const consistent = index === undefined && (query.consistent ?? true);
    this.#onUse({ kind: 'read', operation: 'Query', table, index, consistent, items: read });
    const shown = index !== undefined && KEYS_ONLY.has(index) ? read.map((item) => keysOf(item, index)) : read;
    const items = shown.filter((item) => filter === undefined || holds(filter, item)).map(plainItem);
    const last = query.limit !== undefined && read.length >= query.limit ? read.at(-1) : undefined;
    return { items, ...(last && { after: store.positionOf(last, query.index) }) };
  }

  async put(table: TableName, item: Item, condition?: Condition): Promise<void> {
    this.#onRequest('PutItem');
    const after = storedItem(item);
    const before = this.#must('PutItem', table, item, condition);
    this.#table(table).set(after);
    this.#wrote('PutItem', [{ table, before, after }]);
  }

  async update<Kind = AnyKind>(
    table: TableName,
    key: RecordKey<Kind>,
    update: UpdateOf<Kind>,
    condition?: Condition,
  ): Promise<Updated<Kind>>;
  async update(table: TableName, key: Key, update: Update, condition?: Condition): Promise<Updated> {
    this.#onRequest('UpdateItem');
    const before = this.#table(table).get(key);
    if (before && isRepeated(before, update)) {
      this.#wrote('UpdateItem', [{ table, before, after: before }]);
      return { item: plainItem(before), repeated: true };
    }
    this.#must('UpdateItem', table, key, condition);
    const after = updatedItem(before, key, storedUpdate(key, update, demandsAbsence(condition)));
    this.#table(table).set(after);
    this.#wrote('UpdateItem', [{ table, before, after }]);
    this.#fold(table, after);
    return { item: plainItem(after), repeated: false };
  }

  /** Folds a server that has grown by its changes, in a request of its own. */
  #fold(table: TableName, before: StoredItem): void {
    const fold = foldOf(before.key, () => storedAttributes(before));
    if (fold === undefined) return;
    this.#onRequest('UpdateItem');
    const after = updatedItem(before, before.key, fold.update);
    this.#table(table).set(after);
    this.#wrote('UpdateItem', [{ table, before, after }]);
  }

  async delete(table: TableName, key: Key, condition?: Condition): Promise<Item | undefined> {
    this.#onRequest('DeleteItem');
    const before = this.#must('DeleteItem', table, key, condition);
    this.#table(table).delete(key);
    this.#wrote('DeleteItem', [{ table, before, after: undefined }]);
    return before && plainItem(before);
  }

  async transact(actions: readonly Action[]): Promise<void> {
    if (actions.length === 0) return;
    this.#onRequest('TransactWriteItems');
    checkForm(actions);
    const refusals = actions.map((action) => {
      const found = this.#table(action.table).get(keyOf(action));
      if (action.condition === undefined || holds(storedCondition(keyOf(action), action.condition), found))
        return undefined;
      return { item: found && plainItem(found) };
    });
    const found = actions.map((action) => this.#table(action.table).get(keyOf(action)));
    if (refusals.some((refusal) => refusal !== undefined)) {
      this.#wrote(
        'TransactWriteItems',
        actions.map(({ table }, at) => ({ table, before: found[at], after: found[at] })),
      );
      throw new TransactionRefused(refusals);
    }
    const after = actions.map((action) => ({ action, item: this.#after(action) }));
    for (const { action, item } of after) {
      if (item) this.#table(action.table).set(item);
      else if (action.kind === 'delete') this.#table(action.table).delete(action.key);
    }
    this.#wrote(
      'TransactWriteItems',
      after.map(({ action, item }, at) => ({
        table: action.table,
        before: found[at],
        after: action.kind === 'check' ? found[at] : item,
      })),
    );
  }

  #wrote(operation: TableOperation, changes: readonly ItemChange[]): void {
    this.#onUse({ kind: 'write', operation, changes });
  }

  #after(action: Action): StoredItem | undefined {
    if (action.kind === 'put') return storedItem(action.item);
    if (action.kind !== 'update') return undefined;
    const update = storedUpdate(action.key, action.update, demandsAbsence(action.condition));
    return updatedItem(this.#table(action.table).get(action.key), action.key, update);
  }

  #must(
    operation: TableOperation,
    table: TableName,
    key: Key,
    condition: Condition | undefined,
  ): StoredItem | undefined {
    const found = this.#table(table).get(key);
    if (condition === undefined || holds(storedCondition(key, condition), found)) return found;
    this.#wrote(operation, [{ table, before: found, after: found }]);
    throw new ConditionFailed(table, { pk: key.pk, sk: key.sk }, found && plainItem(found));
  }

  #table(name: TableName): TableStore {
    const table = this.#tables.get(name) ?? new TableStore();
    this.#tables.set(name, table);
    return table;
  }
}

/** What an index has of an item of which it has the keys alone. */
function keysOf(item: StoredItem, index: string): StoredItem {
  const names = ['pk', 'sk', indexAttribute(index), `${indexAttribute(index)}_sort`];
  const values = Object.entries(item.values).filter(([name]) => names.includes(name));
  return { ...item, values: Object.fromEntries(values) };
}

const keyOf = (action: Action): Key => (action.kind === 'put' ? action.item : action.key);

const checkForm = (actions: readonly Action[]): void => {
  const named = new Set(actions.map((action) => `${action.table}\n${keyOf(action).pk}\n${keyOf(action).sk}`));
  if (named.size < actions.length) throw new ValidationException('two actions of a transaction name one item');
  if (actions.length > BATCH) throw new ValidationException(`a transaction takes ${BATCH} actions at most`);
};
