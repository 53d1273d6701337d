import type { Json, JsonMap } from '#ports/json';
import { indexAttribute, isIndexAttribute } from '#ports/index-attribute';
import type { Key, Query } from '#ports/tables';
import { compareText } from './evaluate.ts';
import { ValidationException, type StoredItem, type StoredValue } from './stored-item.ts';

type Items = Map<string, StoredItem>;

/** The items of one table, by key and by every attribute that is the partition of an index. */
export class TableStore {
  readonly #partitions = new Map<string, Items>();
  /** Index attribute, its value, the items' keys. */
  readonly #indexes = new Map<string, Map<string, Items>>();

  get(key: Key): StoredItem | undefined {
    return this.#partitions.get(key.pk)?.get(key.sk);
  }

  set(item: StoredItem): void {
    this.delete(item.key);
    const partition = this.#partitions.get(item.key.pk) ?? new Map<string, StoredItem>();
    this.#partitions.set(item.key.pk, partition.set(item.key.sk, item));
    for (const [attribute, value] of indexKeys(item)) {
      const index = this.#indexes.get(attribute) ?? new Map<string, Items>();
      this.#indexes.set(attribute, index);
      index.set(value, (index.get(value) ?? new Map<string, StoredItem>()).set(identity(item.key), item));
    }
  }

  delete(key: Key): void {
    const partition = this.#partitions.get(key.pk);
    const item = partition?.get(key.sk);
    if (!partition || !item) return;
    partition.delete(key.sk);
    if (partition.size === 0) this.#partitions.delete(key.pk);
    for (const [attribute, value] of indexKeys(item)) {
      const items = this.#indexes.get(attribute)?.get(value);
      items?.delete(identity(key));
      if (items?.size === 0) this.#indexes.get(attribute)?.delete(value);
    }
  }

  /** Every item, by key. */
  all(): StoredItem[] {
    const items = [...this.#partitions.values()].flatMap((partition) => [...partition.values()]);
    return items.toSorted((a, b) => compareText(a.key.pk, b.key.pk) || compareText(a.key.sk, b.key.sk));
  }

  /** The items that a query's key conditions select, in its order, from where it goes on. */
  select(query: Query): StoredItem[] {
    const sort = query.index === undefined ? 'sk' : `${indexAttribute(query.index)}_sort`;
    const found =
      query.index === undefined
        ? this.#partitions.get(query.partition)
        : this.#indexes.get(indexAttribute(query.index))?.get(query.partition);
    if (query.sortPrefix !== undefined && (query.sortFrom !== undefined || query.sortTo !== undefined)) {
      throw new TypeError('a sort prefix goes without bounds');
    }
    const inRange = [...(found?.values() ?? [])].filter((item) => isInRange(item.values[sort], query));
    const direction = query.descending ? -1 : 1;
    const ordered = inRange.toSorted((a, b) => direction * compare(position(a, sort), position(b, sort)));
    if (query.after === undefined) return ordered;
    const after = readPosition(query.after, sort);
    return ordered.filter((item) => direction * compare(position(item, sort), after) > 0);
  }

  /** Where a query goes on behind an item, as DynamoDB gives it: the keys of table and index. */
  positionOf(item: StoredItem, index: string | undefined): JsonMap {
    const key: JsonMap = { pk: item.key.pk, sk: item.key.sk };
    if (index === undefined) return key;
    for (const name of [indexAttribute(index), `${indexAttribute(index)}_sort`]) {
      const value = item.values[name];
      if (typeof value === 'string' || typeof value === 'number') key[name] = value;
    }
    return key;
  }
}

const identity = (key: Key): string => `${key.pk}\n${key.sk}`;

/** Index partitions that the item lies in: those of which it has both keys. */
const indexKeys = (item: StoredItem): [attribute: string, value: string][] => {
  const keys: [string, string][] = [];
  for (const name in item.values) {
    const value = item.values[name];
    if (isIndexAttribute(name) && typeof value === 'string' && item.values[`${name}_sort`] !== undefined) {
      keys.push([name, value]);
    }
  }
  return keys;
};

interface Position {
  readonly sort: string | number;
  readonly pk: string;
  readonly sk: string;
}

const position = (item: StoredItem, sort: string): Position => {
  const value = item.values[sort];
  return { ...item.key, sort: typeof value === 'number' || typeof value === 'string' ? value : '' };
};

const readPosition = (after: Json, sort: string): Position => {
  if (after === null || typeof after !== 'object' || Array.isArray(after)) {
    throw new ValidationException('a query goes on after a position that a query answered');
  }
  const { [sort]: value, pk, sk } = after;
  const isSort = typeof value === 'string' || typeof value === 'number';
  if (!isSort || typeof pk !== 'string' || typeof sk !== 'string') {
    throw new ValidationException('no position of this index');
  }
  return { sort: value, pk, sk };
};

const compare = (a: Position, b: Position): number =>
  compareSort(a.sort, b.sort) || compareText(a.pk, b.pk) || compareText(a.sk, b.sk);

const compareSort = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));

const isInRange = (value: StoredValue | undefined, query: Query): boolean => {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const { sortPrefix, sortFrom, sortTo } = query;
  if (sortPrefix !== undefined) return typeof value === 'string' && value.startsWith(sortPrefix);
  if (sortFrom !== undefined && (typeof sortFrom !== typeof value || compareSort(value, sortFrom) < 0)) return false;
  return sortTo === undefined || (typeof sortTo === typeof value && compareSort(value, sortTo) <= 0);
};
