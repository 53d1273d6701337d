import type { ItemChange, TableUse } from '#adapters/memory/table-use';
import { indexAttribute } from '#ports/index-attribute';
import { Whole, type StoredItem } from '#adapters/memory/stored-item';
import { itemBytes } from './item-size.ts';

/** An index and what it has of an item. */
export interface MeteredIndex {
  readonly name: string;
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

/** Bytes of one write unit and of one read unit. */
const [WRITE_BYTES, READ_BYTES] = [1024, 4096] as const;

/** What one write costs: on its table, and on each index by name and partition key. */
export interface WriteUnits {
  readonly table: number;
  readonly indexes: readonly { readonly index: string; readonly partition: string; readonly units: number }[];
}

const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_BYTES));

/** The names of what an index has of an item. */
function has({ name, projection }: MeteredIndex): (attribute: string) => boolean {
  if (projection === 'ALL') return () => true;
  const partition = indexAttribute(name);
  const keys = new Set(['pk', 'sk', partition, `${partition}_sort`]);
  return (attribute) => keys.has(attribute);
}

interface Entry {
  readonly partition: string;
  /** The keys of the index, by which an entry that changes becomes another. */
  readonly keys: string;
  /** All that the index has. */
  readonly text: string;
  readonly units: number;
}

/** What an index has of an item; undefined when it is not in it. */
function entryOf(item: StoredItem | undefined, index: MeteredIndex): Entry | undefined {
  const attribute = indexAttribute(index.name);
  const partition = item?.values[attribute];
  const sort = item?.values[`${attribute}_sort`];
  if (item === undefined || typeof partition !== 'string' || sort === undefined) return undefined;
  const wanted = has(index);
  const shown = Object.entries(item.values)
    .filter(([name]) => wanted(name))
    .map(([name, value]) => [name, value instanceof Whole ? value.text : value])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return {
    partition,
    keys: JSON.stringify([partition, sort]),
    text: JSON.stringify(shown),
    units: writeUnits(itemBytes(item, wanted)),
  };
}

/**
 * Units of a change of one item
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes): the
 * larger of before and after on the table; on an index one write for an entry that comes, goes or changes, two for one
 * whose key changes, none for one that stays as it is.
 *
 * @param times 2 for a part of a transaction: on the table alone, since an index is written after it
 */
export function unitsOfChange(
  { before, after }: ItemChange,
  indexes: readonly MeteredIndex[],
  times: 1 | 2,
): WriteUnits {
  const bytes = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0);
  const written = indexes.flatMap((index) => {
    const [old, fresh] = [entryOf(before, index), entryOf(after, index)];
    const at = (entry: Entry) => ({ index: index.name, partition: entry.partition, units: entry.units });
    if (old === undefined || fresh === undefined) return [old ?? fresh].flatMap((entry) => (entry ? [at(entry)] : []));
    if (old.keys !== fresh.keys) return [at(old), at(fresh)];
    return old.text === fresh.text ? [] : [{ ...at(fresh), units: Math.max(old.units, fresh.units) }];
  });
  return { table: times * writeUnits(bytes), indexes: written };
}

/**
 * Units of what was read: each item of a batch by itself, the items of a query together; half of it when it may be old.
 */
export function unitsOfRead(use: Extract<TableUse, { kind: 'read' }>, indexes: readonly MeteredIndex[]): number {
  const index = indexes.find(({ name }) => name === use.index);
  const wanted = index === undefined ? () => true : has(index);
  const sizes = use.items.map((item) => (item === undefined ? 0 : itemBytes(item, wanted)));
  const portions = use.operation === 'Query' ? [sizes.reduce((sum, size) => sum + size, 0)] : sizes;
  const units = portions.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / READ_BYTES)), 0);
  return use.consistent ? units : units / 2;
}
