import { FINAL_STATUSES } from '#conductor/settled';
import type { Records } from '#records/method';
import { migrationOf, migrationsOf, saveMigration, type MigrationObject } from '#records/methods/migration';
import { migrationItem, type MigrationItem } from '#records/items/migration';

/** The first migration of a server that fits. */
export async function findMigration(
  records: Records,
  uuid: string,
  fits: (migration: MigrationItem) => boolean,
): Promise<MigrationItem | undefined> {
  return (await migrationsOf(records, uuid)).map(migrationItem).find(fits);
}

/** The migration of a server by its uuid, as an object. */
export async function migrationObject(
  records: Records,
  uuid: string,
  migration: string | null,
): Promise<MigrationObject | undefined> {
  const item = (await migrationsOf(records, uuid)).find((each) => migrationItem(each).uuid === migration);
  return item && migrationOf(item);
}

/** Ends migrations of a server that are still going on: their status becomes `status`, any other one stays. */
export async function endMigrations(
  records: Records,
  uuid: string,
  status: 'error' | 'completed' | 'done',
  fits: (migration: MigrationItem) => boolean,
): Promise<void> {
  for (const item of await migrationsOf(records, uuid)) {
    const found = migrationItem(item);
    if (!fits(found) || FINAL_STATUSES.has(found.status)) continue;
    const migration = migrationOf(item);
    migration.set('status', status);
    await saveMigration(records, migration);
  }
}
