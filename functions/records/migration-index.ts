import type { Attributes, Key } from '#ports/tables';
import type { IndexKeys } from './instance-index.ts';
import { migrationItem } from '#records/items/migration';

/**
 * A migration concerns two hosts, and both find it by one update: the source through the index by host, the
 * destination through the lookup. Finished ones move to partitions of their own, so that a host's periodic
 * question reads what is going on and not its history; deleted ones lie there as well.
 */

/** Statuses in which a migration is over. `error` is not among them: hosts still clean up after it. */
const FINISHED: ReadonlySet<unknown> = new Set(['confirmed', 'reverted', 'failed', 'completed', 'cancelled', 'done']);

/** Whether a migration in this status is over. */
export const isFinished = (status: unknown): boolean => FINISHED.has(status);

export const sourcePartition = (host: string, finished: boolean): string =>
  finished ? `finished-migrations#${host}` : host;

export const destinationPartition = (host: string, finished: boolean): string =>
  finished ? `finished-migrations-to#${host}` : `migrations-to#${host}`;

export const MIGRATION_SORT = 'migration#';

/** Where a migration shows up. */
export function migrationIndexKeys(attributes: Attributes): IndexKeys {
  const { status, deleted, source_compute: source, dest_compute: destination, uuid } = migrationItem(attributes);
  const finished = isFinished(status) || deleted;
  const sort = `${MIGRATION_SORT}${uuid}`;
  return {
    set: {
      ...(source === null ? {} : { by_host: sourcePartition(source, finished), by_host_sort: sort }),
      ...(destination === null ? {} : { lookup: destinationPartition(destination, finished), lookup_sort: sort }),
    },
    remove: [
      ...(source === null ? ['by_host', 'by_host_sort'] : []),
      ...(destination === null ? ['lookup', 'lookup_sort'] : []),
    ],
  };
}

/** From an id or uuid to the migration. */
export const migrationPointerKey = (id: number | string): Key => ({ pk: `migration#${id}`, sk: 'pointer' });
