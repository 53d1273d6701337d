import type { Records } from '#records/method';
import { migrationItem, type MigrationItem } from '#records/items/migration';
import { migrationOf, migrationsOf, saveMigration } from '#records/methods/migration';

/** Statuses after which a compute that starts destroys the guest of the server that an evacuation names. */
const DESTROYS: ReadonlySet<string> = new Set(['accepted', 'pre-migrating', 'done']);

/** Which evacuations of a server end without having been carried out. */
export interface NotEvacuated {
  /** uuid of the migration that the operation had taken up. */
  readonly own: string | null;
  /** Hosts that the server was to be evacuated from: others that nobody has taken up end as well. */
  readonly sources: readonly (string | null)[];
  /** uuid of one that another operation is at work on. */
  readonly kept?: string | null;
}

/** Whether an evacuation of a server is to end as not carried out. */
const isNotEvacuated =
  ({ own, sources, kept = null }: NotEvacuated) =>
  ({ uuid, migration_type, status, source_compute }: MigrationItem): boolean => {
    if (uuid === kept || migration_type !== 'evacuation') return false;
    return uuid === own ? DESTROYS.has(status) : status === 'accepted' && sources.includes(source_compute);
  };

/** Ends the evacuations of a server that were not carried out in error, those of a deleted server too. */
export async function failEvacuations(records: Records, uuid: string, which: NotEvacuated): Promise<void> {
  for (const item of await migrationsOf(records, uuid)) {
    if (!isNotEvacuated(which)(migrationItem(item))) continue;
    const migration = migrationOf(item);
    migration.set('status', 'error');
    await saveMigration(records, migration);
  }
}
