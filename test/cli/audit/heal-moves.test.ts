import { describe, expect, it } from 'vitest';
import { healClaim, healMigration } from '#cli/audit/heal-moves';
import { plainText } from '#wire/reading';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import { EVACUATE, migrationOf, rebuildCast, stranded, type Rebuilt } from '../../fixtures/rebuilt-server.ts';

/** An evacuation whose execution has vanished in the middle: both claims are there, its migration goes on. */
async function abandoned() {
  const at = await stranded({
    scheduler: afterBuild(() => [['host2']]),
    behaviour: ({ method }) => (method === 'rebuild_instance' ? { delay: 3_600_000 } : 'build'),
  });
  await rebuildCast(at, EVACUATE);
  await at.world.clock.advance(20_000);
  await at.server.change({ task_state: null });
  return at;
}

/** What heal reaches, where every execution is in this status. */
const reachOf = ({ world }: Rebuilt, status: string) => ({
  ...world.services,
  executions: { describe: () => Promise.resolve(status === 'gone' ? undefined : { status }) },
});

/** Nothing moves the server any more. */
async function ended(at: Rebuilt): Promise<void> {
  const migration = migrationOf(at);
  if (migration === undefined) throw new Error('there is no migration');
  const { pk, sk } = migration;
  await at.world.platform.tables.update('cell-cell1', { pk, sk }, { set: { status: 'failed' } });
}

const claimed = ({ world, server }: Rebuilt): string[] => world.claims(server.uuid).toSorted();

const migrationRemedy = (at: Rebuilt) =>
  ({
    kind: 'end-migration',
    cell: at.server.cell,
    uuid: at.server.uuid,
    migration: plainText(migrationOf(at)?.['uuid']),
  }) as const;

describe('heal', () => {
  it('ends a migration of nobody in error, and leaves the server what it holds on its host', async () => {
    const at = await abandoned();
    const before = claimed(at);

    const mended = await healMigration(reachOf(at, 'gone'), migrationRemedy(at));
    const again = await healMigration(reachOf(at, 'gone'), migrationRemedy(at));

    expect([mended, again]).toEqual([true, false]);
    expect(migrationOf(at)).toMatchObject({ status: 'error' });
    expect([before, claimed(at)]).toEqual([['host1', 'host2'], ['host1']]);
  });

  it.each(['RUNNING', 'FAILED'])('leaves a migration alone whose execution is %s by now', async (status) => {
    const at = await abandoned();

    const mended = await healMigration(reachOf(at, status), migrationRemedy(at));

    expect(mended).toBe(false);
    expect(migrationOf(at)?.['status']).toBe('pre-migrating');
    expect(claimed(at)).toEqual(['host1', 'host2']);
  });

  it('releases a claim on another host, but not while a migration goes on', async () => {
    const at = await abandoned();
    const { cell, uuid } = at.server;
    const remedy = { kind: 'release-elsewhere', cell, uuid, host: 'host1' } as const;

    const early = await healClaim(reachOf(at, 'gone'), remedy);
    await ended(at);
    const mended = await healClaim(reachOf(at, 'gone'), remedy);
    const again = await healClaim(reachOf(at, 'gone'), remedy);

    expect([early, mended, again]).toEqual([false, true, false]);
    expect(claimed(at)).toEqual(['host1']);
  });

  it.each([
    ['is on another host by now', { host: 'host2' }, 'gone'],
    ['is deleted by now', { deleted: true }, 'gone'],
    ['an execution is at work on by now', {}, 'RUNNING'],
    ['is owned by an execution that may be redriven', {}, 'FAILED'],
  ])('leaves the claims of a server alone that %s', async (_title, changes, status) => {
    const at = await abandoned();
    const { cell, uuid } = at.server;
    await ended(at);
    await at.server.change(changes);

    const mended = await healClaim(reachOf(at, status), { kind: 'release-elsewhere', cell, uuid, host: 'host1' });

    expect(mended).toBe(false);
    expect(claimed(at)).toEqual(['host1', 'host2']);
  });
});
