import { describe, expect, it } from 'vitest';
import { openIntakes } from '#cli/audit/audit-restore';
import { completeEvacuation } from '#cli/audit/heal-evacuations';
import { cellTable, hostMappingKey, MAPPINGS } from '#records/keys';
import { HOSTS } from '#records/operation';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { EVACUATE, migrationOf, rebuildCast, stranded, type Rebuilt } from '../fixtures/rebuilt-server.ts';
import { copyOf, foundAfter, healAfter, reachOf, restore } from './restored-world.ts';

const CELL1 = cellTable('cell1');

/** A server that was evacuated, in a cell that is restored to the time when its destination had just been ordered. */
async function restoredEvacuation(status: string): Promise<Rebuilt> {
  const at = await stranded({
    scheduler: afterBuild(() => [['host2']]),
    behaviour: ({ method }) => (method === 'rebuild_instance' ? { delay: 60_000 } : 'build'),
  });
  await rebuildCast(at, EVACUATE);
  await at.world.clock.advance(10_000);
  const copy = copyOf(at.world, CELL1).map((item) => (item.sk.startsWith('migration#') ? { ...item, status } : item));
  await at.world.end();
  await restore(at.world, CELL1, copy);
  return at;
}

const rulesOf = async (world: BuildWorld): Promise<string[]> => (await foundAfter(world)).map(({ rule }) => rule);

describe('an evacuation whose server is on its source again', () => {
  it.each(['accepted', 'pre-migrating', 'done'])('is named when it is %s', async (status) => {
    const { world, server } = await restoredEvacuation(status);

    const found = (await foundAfter(world)).filter(({ rule }) => rule === 'undone-evacuation');

    expect(found).toMatchObject([{ remedy: { kind: 'complete-evacuation', uuid: server.uuid, source: 'host1' } }]);
  });

  it.each(['accepted', 'pre-migrating', 'done'])(
    'is healed before its source starts, whose guest is kept, when it is %s',
    async (status) => {
      const at = await restoredEvacuation(status);
      const { world, server } = at;
      const host1 = world.world.fleet.host('host1');

      await healAfter(world);
      await world.clock.runUntil(host1.start(), 120_000);

      expect(migrationOf(at)?.['status']).toBe('completed');
      expect(host1.guests.has(server.uuid)).toBe(true);
      expect(server.item).toMatchObject({ host: 'host1', [HOSTS]: '|host1|' });
      expect(await rulesOf(world)).not.toContain('undone-evacuation');
    },
  );

  it('has its guest destroyed when its source starts unhealed', async () => {
    const { world, server } = await restoredEvacuation('pre-migrating');
    const host1 = world.world.fleet.host('host1');

    await world.clock.runUntil(host1.start(), 120_000);

    expect(host1.guests.has(server.uuid)).toBe(false);
  });

  it('is left alone where it has changed meanwhile', async () => {
    const at = await restoredEvacuation('pre-migrating');
    const [found] = (await foundAfter(at.world)).filter(({ rule }) => rule === 'undone-evacuation');
    await at.server.change({ host: 'host2' });

    const { remedy } = found ?? {};
    const healed = remedy?.kind === 'complete-evacuation' && (await completeEvacuation(reachOf(at.world), remedy));

    expect(healed).toBe(false);
    expect(migrationOf(at)?.['status']).toBe('pre-migrating');
  });
});

describe('tables that were restored to different times', () => {
  /** A world with a server that was built after everything had been copied. */
  async function copiedBefore() {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES });
    const before = new Map(['placement', 'mappings', 'build-requests', 'api', CELL1].map((t) => [t, copyOf(world, t)]));
    const command = world.request();
    await world.publish(command);
    const waiting = copyOf(world, 'build-requests');
    await world.end();
    const [uuid = ''] = command.uuids;
    return { world, uuid, before, waiting };
  }

  it('fit together when none was restored', async () => {
    const { world } = await copiedBefore();

    expect(await foundAfter(world)).toEqual([]);
  });

  it.each([
    ['placement', ['server-without-claim']],
    ['mappings', ['server-unmapped']],
    ['api', ['quota-mismatch']],
    [CELL1, ['orphaned-claim', 'orphaned-mapping', 'quota-mismatch']],
  ])('are named where %s is older', async (table, rules) => {
    const { world, before } = await copiedBefore();
    await restore(world, table, before.get(table) ?? []);

    expect(await rulesOf(world)).toEqual(expect.arrayContaining(rules));
  });

  it('are named where a build request of a built server is back', async () => {
    const { world, uuid } = await copiedBefore();
    const request = { pk: `instance#${uuid}`, sk: 'build-request', created_at: '2026-01-01T00:00:00Z' };
    await world.platform.tables.put('build-requests', request);

    expect(await rulesOf(world)).toContain('build-request-of-a-server');
  });

  it('are named where the host of a server is mapped to no cell', async () => {
    const { world } = await copiedBefore();
    await world.platform.tables.delete(MAPPINGS, hostMappingKey('host1'));

    expect(await rulesOf(world)).toContain('server-on-unmapped-host');
  });

  it('are named where placement and a cell know other nodes', async () => {
    const { world } = await copiedBefore();
    const node = world.items(CELL1).find(({ sk }) => sk === 'compute-node');
    const provider = world
      .items('placement')
      .find(({ pk }) => pk === `provider#${node?.pk.slice('compute-node#'.length)}`);
    if (node === undefined || provider === undefined) throw new Error('there is a node, and its provider');

    await world.platform.tables.delete('placement', { pk: provider.pk, sk: provider.sk });
    const withoutProvider = await rulesOf(world);
    await world.platform.tables.put('placement', provider);
    await world.platform.tables.delete(CELL1, { pk: node.pk, sk: node.sk });
    const withoutNode = await rulesOf(world);

    expect(withoutProvider).toContain('node-without-provider');
    expect(withoutNode).toContain('provider-without-node');
  });
});

describe('an audit after a restore', () => {
  it('waits until nobody is heard', () => {
    const intakes = [
      { queue: 'compute-task', state: 'Disabled' },
      { queue: 'conductor', state: 'Enabled' },
      { queue: 'cell-cell1-conductor', state: 'Disabling' },
      { queue: 'cell-cell2-conductor', state: 'no function' },
      { queue: 'network', state: 'Enabled' },
    ];

    expect(openIntakes(intakes)).toEqual(['conductor', 'cell-cell1-conductor']);
  });
});
