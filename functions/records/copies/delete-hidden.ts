import { absent, any } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { inParallel } from '#records/in-parallel';
import { migrationItem } from '#records/items/migration';
import { idOf } from '#records/items/read';
import { cellTable, instanceKey } from '#records/keys';
import { IS_HIDDEN } from '#records/operation';
import { migrationPointerKey } from '#records/migration-index';

/** Records that are deleted at a time. */
const AT_ONCE = 8;

/**
 * Deletes the hidden copy of a server with everything that belongs to it, for good (Nova's hard delete). Repeats end
 * what was begun. A server that is shown is left alone; then false is answered.
 */
export async function deleteHidden({ tables }: Pick<Services, 'tables'>, cell: string, uuid: string): Promise<boolean> {
  const table = cellTable(cell);
  try {
    await tables.delete(table, instanceKey(uuid), any(absent, IS_HIDDEN));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return false;
  }
  const rest = await allPages(tables, table, { partition: instanceKey(uuid).pk, consistent: true });
  await inParallel(rest, AT_ONCE, async (item) => {
    const key = { pk: item.pk, sk: item.sk };
    if (item.sk.startsWith('migration#'))
      for (const name of [idOf(item), migrationItem(item).uuid]) await tables.delete(table, migrationPointerKey(name));
    await tables.delete(table, key);
  });
  return true;
}
