import { isUp } from '#conductor/service-up';
import { isoSeconds } from '#conductor/time';
import { exists } from '#ports/conditions';
import { ConditionFailed, type Item } from '#ports/tables';
import { allPages } from '../all-pages.ts';
import { isAtWork } from '../authority/conditions.ts';
import { tableOf } from '../cell-table.ts';
import { instanceItem } from '../items/instance.ts';
import { migrationItem } from '../items/migration.ts';
import { serviceItem, starts } from '../items/service.ts';
import { instanceKey, serviceKey } from '../keys.ts';
import type { Records } from '../method.ts';
import { MIGRATION_SORT, sourcePartition } from '../migration-index.ts';

/** Seconds without a heartbeat after which a host counts as down, where no setting is at hand. */
const DOWN_TIME = 60;

/** Servers that are read again at a time. */
const TOGETHER = 100;

/** Statuses of an evacuation that runs, or after which the server is elsewhere. */
const EVACUATES: ReadonlySet<string> = new Set(['accepted', 'pre-migrating', 'done']);

/**
 * Notes that a host reads which servers it has while it is not up: it starts, and may let them run from
 * now on, so nothing is evacuated from it any more. The note comes before its list is read; an evacuation
 * that came before is seen by that.
 *
 * @returns false for publishers, and for a host that is up: nothing can be evacuated from it
 */
export async function noteStart(records: Records, host: string): Promise<boolean> {
  if (records.hosts === undefined || records.cell === undefined) return false;
  const [table, key] = [tableOf(records), serviceKey(host, 'nova-compute')];
  const item = await records.tables.get(table, key, { consistent: false });
  const now = records.clock.now();
  const service = item && serviceItem(item);
  if (service === undefined || service.deleted) return false;
  if (isUp(service, now, records.config?.serviceDownTime ?? DOWN_TIME)) return false;
  try {
    await records.tables.update(table, key, { set: starts(isoSeconds(now)) }, exists);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
  return true;
}

/**
 * The servers of a host that starts which it may let run: as they are now, and without
 * those that are evacuated from it.
 */
export async function stillOnHost(records: Records, host: string, items: readonly Item[]): Promise<Item[]> {
  const table = tableOf(records);
  const migrations = await Promise.all(
    [false, true].map((finished) =>
      allPages(records.tables, table, {
        index: 'by-host',
        partition: sourcePartition(host, finished),
        sortPrefix: MIGRATION_SORT,
      }),
    ),
  );
  const away = new Set(
    migrations
      .flat()
      .map(migrationItem)
      .filter(({ migration_type, status }) => migration_type === 'evacuation' && EVACUATES.has(status))
      .map(({ instance_uuid }) => instance_uuid),
  );
  const kept = items.filter((item) => !away.has(instanceItem(item).uuid));
  const found: Item[] = [];
  for (let from = 0; from < kept.length; from += TOGETHER) {
    const keys = kept.slice(from, from + TOGETHER).map((item) => instanceKey(instanceItem(item).uuid));
    const read = await records.tables.batchGet(keys.map((key) => ({ table, key })));
    found.push(...read.filter((item) => item !== undefined));
  }
  return found.filter((item) => instanceItem(item).host === host && isAtWork(item, [host]));
}
