import { indexAttribute, LOOKUP } from '#ports/index-attribute';
import type { Item, Query, TableName, Tables } from '#ports/tables';
import { allPages } from './all-pages.ts';
import { indexKeysOf } from './items/read.ts';

/** Which part of a partition is looked up, and in which index of keys alone. */
interface Bounds extends Pick<Query, 'sortPrefix' | 'sortTo'> {
  /** @default lookup */
  readonly index?: 'by-project' | 'lookup';
}

/** The keys of the records that some partitions of an index lead to, each once. */
export async function lookupKeys(
  tables: Pick<Tables, 'query'>,
  table: TableName,
  partitions: readonly string[],
  { index = LOOKUP, ...bounds }: Bounds = {},
): Promise<Item[]> {
  const pages = await Promise.all(
    partitions.map((partition) => allPages(tables, table, { index, partition, ...bounds })),
  );
  return [...new Map(pages.flat().map((item) => [`${item.pk} ${item.sk}`, item])).values()];
}

/** The records that some partitions of an index lead to, as they are now; those that have left them are left out. */
export async function lookedUp(
  tables: Pick<Tables, 'batchGet' | 'query'>,
  table: TableName,
  partitions: readonly string[],
  bounds: Bounds = {},
): Promise<Item[]> {
  const found = await lookupKeys(tables, table, partitions, bounds);
  if (found.length === 0) return [];
  const items = await tables.batchGet(found.map(({ pk, sk }) => ({ table, key: { pk, sk } })));
  const there = new Set<unknown>(partitions);
  const attribute = indexAttribute(bounds.index ?? LOOKUP);
  return items.filter((item) => item !== undefined).filter((item) => there.has(indexKeysOf(item, attribute).partition));
}
