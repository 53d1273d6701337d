import { describe, expect, it } from 'vitest';
import { endMigrations, findMigration, migrationObject } from '#operations/end-migration';
import { failEvacuations } from '#operations/evacuations';
import { Migration } from '#objects/migration/migration';
import { migrationItem } from '#records/items/migration';
import { createMigration, migrationsOf } from '#records/methods/migration';
import { cellTable, migrationKey } from '#records/keys';
import { recordsOn, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { uuidOf } from '../fixtures/provider.ts';

interface Given {
  readonly migration_type?: string;
  readonly status: string;
  readonly source_compute?: string;
}

/** A server with migrations of these kinds, whose uuids are numbered from 0. */
async function migrated(...all: readonly Given[]) {
  const records = recordsOn(memoryTables().tables);
  for (const [at, given] of all.entries())
    await createMigration(
      records,
      Migration.make({
        uuid: uuidOf(at),
        instance_uuid: UUID,
        migration_type: 'evacuation',
        source_compute: 'host1',
        dest_compute: 'host2',
        ...given,
      }),
    );
  const statuses = async () =>
    (await migrationsOf({ ...records, context: { ...records.context, read_deleted: 'yes' } }, UUID)).map(
      (item) => migrationItem(item).status,
    );
  return { records, statuses };
}

describe('the migrations of a server', () => {
  it('that fit end with the status, unless they have ended before', async () => {
    const { records, statuses } = await migrated({ status: 'running' }, { status: 'done' }, { status: 'preparing' });

    await endMigrations(records, UUID, 'error', ({ status }) => status !== 'preparing');

    expect(await statuses()).toEqual(['error', 'done', 'preparing']);
  });

  it('are found by what they are, the first one that fits', async () => {
    const { records } = await migrated({ status: 'error' }, { status: 'running' }, { status: 'running' });

    const found = await findMigration(records, UUID, ({ status }) => status === 'running');

    expect(found?.uuid).toBe(uuidOf(1));
    expect(await findMigration(records, UUID, ({ status }) => status === 'done')).toBeUndefined();
  });

  it('are read as objects by uuid, and none by another', async () => {
    const { records } = await migrated({ status: 'error' }, { status: 'running' });

    expect((await migrationObject(records, UUID, uuidOf(1)))?.peek('status')).toBe('running');
    expect(await migrationObject(records, UUID, uuidOf(7))).toBeUndefined();
    expect(await migrationObject(records, UUID, null)).toBeUndefined();
  });
});

describe('an evacuation that was not carried out', () => {
  const which = { own: uuidOf(0), sources: ['host1'] };

  it.each([
    ['the one that the operation had taken up', { status: 'pre-migrating' }, 'error'],
    ['it before it was taken up', { status: 'accepted' }, 'error'],
    ['it after its host was done with it', { status: 'done' }, 'error'],
    ['not one that has failed already', { status: 'failed' }, 'failed'],
    ['nothing of another kind', { status: 'accepted', migration_type: 'migration' }, 'accepted'],
  ])('ends in error: %s', async (_title, given, status) => {
    const { records, statuses } = await migrated(given);

    await failEvacuations(records, UUID, which);

    expect(await statuses()).toEqual([status]);
  });

  it.each([
    ['from the same source that nobody has taken up', { status: 'accepted' }, 'error'],
    ['that somebody is at work on stays', { status: 'pre-migrating' }, 'pre-migrating'],
    ['from another source stays', { status: 'accepted', source_compute: 'host9' }, 'accepted'],
  ])('ends another one with it: %s', async (_title, given, status) => {
    const { records, statuses } = await migrated({ status: 'accepted' }, given);

    await failEvacuations(records, UUID, which);

    expect(await statuses()).toEqual(['error', status]);
  });

  it('leaves the one that another operation is at work on', async () => {
    const { records, statuses } = await migrated({ status: 'accepted' }, { status: 'accepted' });

    await failEvacuations(records, UUID, { ...which, kept: uuidOf(1) });

    expect(await statuses()).toEqual(['error', 'accepted']);
  });

  it('ends in error with a server that was deleted', async () => {
    const { records, statuses } = await migrated({ status: 'accepted' });
    await records.tables.update(cellTable('cell1'), migrationKey(UUID, uuidOf(0)), { set: { deleted: true } });

    await failEvacuations(records, UUID, which);

    expect(await statuses()).toEqual(['error']);
  });
});
