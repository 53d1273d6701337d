import { FINAL_STATUSES } from '#conductor/settled';
import type { Item } from '#ports/tables';
import type { Records } from '#records/method';
import { migrationOf, migrationsOf, saveMigration } from '#records/methods/migration';
import { plainText } from '#wire/reading';

/** The first migration of a server that fits. */
export async function findMigration(
  records: Records,
  uuid: string,
  fits: (migration: Item) => boolean,
): Promise<Item | undefined> {
  return (await migrationsOf(records, uuid)).find(fits);
}

/** Ends migrations of a server that are still going on: their status becomes `status`, any other one stays. */
export async function endMigrations(
  records: Records,
  uuid: string,
  status: 'error' | 'completed',
  fits: (migration: Item) => boolean,
): Promise<void> {
  for (const item of await migrationsOf(records, uuid)) {
    if (!fits(item) || FINAL_STATUSES.has(plainText(item['status']))) continue;
    const migration = migrationOf(item);
    migration.set('status', status);
    await saveMigration(records, migration);
  }
}
