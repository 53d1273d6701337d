import type { Item } from '#ports/tables';
import { allPages } from './all-pages.ts';
import { tableOf } from './cell-table.ts';
import { inParallel } from './in-parallel.ts';
import { returnQuota } from './instance-quota.ts';
import type { Records } from './method.ts';

/** Records that are deleted at a time. */
const AT_ONCE = 8;

/**
 * Takes everything of a deleted server out of its cell. What it counts is given back first, and its record
 * goes last: a repeat goes by it.
 */
export async function forgetInstance(records: Records, item: Item): Promise<void> {
  const table = tableOf(records);
  const { pk, sk } = item;
  await returnQuota(records, table, item);
  const items = await allPages(records.tables, table, { partition: pk, consistent: true });
  const others = items.filter((each) => each.sk !== sk);
  await inParallel(others, AT_ONCE, (each) => records.tables.delete(table, { pk, sk: each.sk }));
  await records.tables.delete(table, { pk, sk });
}
