import { LOOKUP } from '#ports/index-attribute';
import type { Item, Query, TableName, Tables } from '#ports/tables';
import { allPages } from './all-pages.ts';

/** Which part of a partition is looked up. */
type Bounds = Pick<Query, 'sortPrefix' | 'sortTo'>;

/** The keys of the records that some partitions of the index `lookup` lead to, each once. */
export async function lookupKeys(
  tables: Pick<Tables, 'query'>,
  table: TableName,
  partitions: readonly string[],
  bounds: Bounds = {},
): Promise<Item[]> {
  const pages = await Promise.all(
    partitions.map((partition) => allPages(tables, table, { index: LOOKUP, partition, ...bounds })),
  );
  return [...new Map(pages.flat().map((item) => [`${item.pk} ${item.sk}`, item])).values()];
}

/** The records that some partitions of the index `lookup` lead to, as they are now; those that have left them are left out. */
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
  return items.filter((item) => item !== undefined).filter((item) => there.has(item[LOOKUP]));
}
