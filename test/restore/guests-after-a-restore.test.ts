import { describe, expect, it } from 'vitest';
import { conductorBase } from '#object-rpc/base-namespace';
import { destroySecondGuests } from '#reconciler/second-guests';
import { destroyedBy, givenUp, givenUpHosts } from '#records/items/given-up';
import { cellTable, instanceKey } from '#records/keys';
import { dispatch } from '#rpc/dispatch';
import { mapOf } from '#wire/reading';
import { BuildWorld } from '../fixtures/build-world.ts';
import { EVACUATE, migrationOf, rebuildCast, stranded } from '../fixtures/rebuilt-server.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { coldWorld } from '../fixtures/moves.ts';
import { recordsOn } from '../fixtures/records.ts';
import { copyOf, foundAfter, healAfter, restore } from './restored-world.ts';

const CELL1 = cellTable('cell1');
const DESTROY = 'rollback_live_migration_at_destination';

/**
 * A server on host2 for which host1 was given up, and ordered to destroy its guest; it was moved to host1 afterwards,
 * and its cell is restored to the time before.
 */
async function movedBackSince() {
  const world = await BuildWorld.boot({
    scheduler: ({ instanceUuids }) => instanceUuids.map(() => ['host2']),
    hosts: ['host1', 'host2'].map((host) => ({ host, cell: 'cell1', orders: { [DESTROY]: async () => undefined } })),
  });
  const [uuid = ''] = (await world.build()).uuids;
  const { tables } = world.platform;
  const note = givenUp({ operation: 'launch', request: 'req-1', at: world.clock.now() }, 'host1');
  await tables.update(CELL1, instanceKey(uuid), { set: { ...note, [destroyedBy('host1')]: 'req-2' } });
  await restore(world, CELL1, copyOf(world, CELL1));
  /** host1 shows its guest, and the reconciler looks. */
  const shown = async (): Promise<void> => {
    const records = recordsOn(tables, { hosts: ['host1'], clock: world.clock });
    const report = { namespace: 'hostapi', version: '1.0', method: 'report_guests' };
    await dispatch(conductorBase, report)(records, { host: 'host1', guests: [uuid] });
    await destroySecondGuests(world.services);
    await world.clock.advance(2000);
  };
  const ordered = (): number =>
    world.world.fleet.host('host1').received.filter(({ method }) => method === DESTROY).length;
  const named = async (rule: string) => (await foundAfter(world)).filter((found) => found.rule === rule);
  const item = async () => (await tables.get(CELL1, instanceKey(uuid))) ?? {};
  return { world, uuid, shown, ordered, named, item };
}

describe('a host that was given up for a server, in a cell that was restored', () => {
  it('is named: the server may have been moved to it since, and the guest there be the only one', async () => {
    const { uuid, named } = await movedBackSince();

    expect(await named('guest-to-destroy')).toMatchObject([
      { subject: uuid, remedy: { kind: 'keep-guest', uuid, host: 'host1' } },
    ]);
  });

  it('has its guest destroyed where nobody heals, as outside of a restore', async () => {
    const { shown, ordered } = await movedBackSince();

    await shown();

    expect(ordered()).toBe(1);
  });

  it('keeps its guest once healed, also where an older order is on its way, and is no more named so', async () => {
    const { world, shown, ordered, named, item } = await movedBackSince();

    await healAfter(world);
    await shown();

    expect(ordered()).toBe(0);
    expect(givenUpHosts(await item())).toMatchObject([{ host: 'host1', kept: true, destroys: null }]);
    expect(await named('guest-to-destroy')).toEqual([]);
    expect(await named('second-guest')).toHaveLength(1);
  });
});

/** It was moved back to its source since, as placement knows, which was not restored. */
async function movedBackToSource(isMovedBack = true) {
  const at = await stranded({ scheduler: afterBuild(() => [['host2']]) });
  await rebuildCast(at, EVACUATE);
  await at.world.end();
  const { world, server } = at;
  await restore(world, CELL1, copyOf(world, CELL1));
  if (isMovedBack) {
    const provider = world.items('placement').find((item) => item.sk === 'provider' && item['host'] === 'host1');
    const consumer = world.items('placement').find(({ pk }) => pk === `consumer#${server.uuid}`);
    const [claims] = Object.values<object>(JSON.parse(JSON.stringify(consumer?.['allocations'])));
    const allocations = JSON.parse(JSON.stringify({ [provider?.pk.slice('provider#'.length) ?? '']: claims }));
    const key = { pk: consumer?.pk ?? '', sk: consumer?.sk ?? '' };
    await world.platform.tables.update('placement', key, { set: { allocations } });
  }
  return at;
}

const undone = async (world: BuildWorld) =>
  (await foundAfter(world)).filter(({ rule }) => rule === 'undone-evacuation');

describe('an evacuation that is done, in a cell that was restored', () => {
  it('is named where placement has the server on the source alone: a compute that starts there destroys its guest', async () => {
    const { world, server } = await movedBackToSource();

    expect(await undone(world)).toMatchObject([{ remedy: { kind: 'complete-evacuation', uuid: server.uuid } }]);
  });

  it('is healed: the source keeps its guest when it starts', async () => {
    const at = await movedBackToSource();

    await healAfter(at.world);

    expect(migrationOf(at)?.['status']).toBe('completed');
    expect(at.server.item).toMatchObject({ host: 'host2' });
  });

  it('is left alone where placement has the server on its new host', async () => {
    const { world } = await movedBackToSource(false);

    expect(await undone(world)).toEqual([]);
  });
});

const resized = async () => {
  const moving = await coldWorld();
  await moving.move();
  return moving;
};
const elsewhere = async (world: BuildWorld) =>
  (await foundAfter(world)).filter(({ rule }) => rule === 'claim-on-another-host');

describe('a resized server, in a cell that was restored', () => {
  it('is named where placement has it on its old host alone: the resize was reverted since', async () => {
    const { of: world, uuid } = await resized();
    const holding = world.items('placement').filter(({ allocations }) => Object.keys(mapOf(allocations)).length > 0);
    const ofMigration = holding.find(({ pk }) => pk !== `consumer#${uuid}`);
    const ofServer = holding.find(({ pk }) => pk === `consumer#${uuid}`);
    if (ofMigration === undefined || ofServer === undefined) throw new Error('server and migration hold something');

    await world.platform.tables.put('placement', { ...ofServer, allocations: ofMigration['allocations'] ?? {} });
    await world.platform.tables.delete('placement', { pk: ofMigration.pk, sk: ofMigration.sk });

    expect(await elsewhere(world)).toMatchObject([
      { subject: uuid, advice: expect.stringContaining('yours to decide') },
    ]);
  });

  it('is not where the resize waits for its user still', async () => {
    const { of: world } = await resized();

    expect(await elsewhere(world)).toEqual([]);
  });
});

const softDeleted = async () => {
  const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
  const [uuid = ''] = (await world.build()).uuids;
  await world.platform.tables.update(CELL1, instanceKey(uuid), { set: { vm_state: 'soft-delete' } });
  return { world, uuid };
};

describe('a soft-deleted server, in a cell that was restored', () => {
  it('is named: its user may have restored it since, and its host destroys it in a while by itself', async () => {
    const { world, uuid } = await softDeleted();

    expect(await foundAfter(world)).toMatchObject([{ rule: 'soft-deleted-server', subject: uuid }]);
  });

  it('is named where placement has nothing of it', async () => {
    const { world } = await softDeleted();
    const [consumer] = world.items('placement').filter(({ sk }) => sk === 'consumer');
    await world.platform.tables.delete('placement', { pk: consumer?.pk ?? '', sk: 'consumer' });

    const rules = (await foundAfter(world)).map(({ rule }) => rule);
    expect(rules).toContain('server-without-claim');
  });
});
