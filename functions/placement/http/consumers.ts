import type { Tables } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { cellTable, PLACEMENT } from '#records/keys';
import { HOST_SORT } from '#records/instance-index';
import { instanceItem } from '#records/items/instance';
import { migrationItem, type MigrationItem } from '#records/items/migration';
import { destinationPartition, MIGRATION_SORT, sourcePartition } from '#records/migration-index';
import { consumerKey, readConsumer, type Consumer } from '../consumer-item.ts';

/** Consumers that are read at a time. */
const TOGETHER = 100;

/** The moves under way that lead to a host or away from it. */
async function movesOf(tables: Tables, cell: string, host: string): Promise<MigrationItem[]> {
  const sortPrefix = MIGRATION_SORT;
  const table = cellTable(cell);
  const [from, to] = await Promise.all([
    allPages(tables, table, { index: 'by-host', partition: sourcePartition(host, false), sortPrefix }),
    allPages(tables, table, { index: 'lookup', partition: destinationPartition(host, false), sortPrefix }),
  ]);
  return [...from, ...to].map(migrationItem);
}

/**
 * The consumers of a host's providers: its servers, and those of moves to it and from it with their migrations. What
 * else holds something there belongs to no server at work on the host; `conductor audit` names it.
 */
export async function consumersOn(tables: Tables, cell: string, host: string): Promise<ReadonlyMap<string, Consumer>> {
  const [instances, moves] = await Promise.all([
    allPages(tables, cellTable(cell), { index: 'by-host', partition: host, sortPrefix: HOST_SORT }),
    movesOf(tables, cell, host),
  ]);
  const uuids = new Set([
    ...instances.map((item) => instanceItem(item).uuid),
    ...moves.flatMap(({ uuid, instance_uuid }) => [uuid, instance_uuid].filter((each) => each !== null)),
  ]);
  const found = new Map<string, Consumer>();
  for (let from = 0; from < uuids.size; from += TOGETHER) {
    const part = [...uuids].slice(from, from + TOGETHER);
    const items = await tables.batchGet(part.map((uuid) => ({ table: PLACEMENT, key: consumerKey(uuid) })));
    for (const [at, item] of items.entries()) if (item !== undefined) found.set(part[at] ?? '', readConsumer(item));
  }
  return found;
}
