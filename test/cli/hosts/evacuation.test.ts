import { describe, expect, it } from 'vitest';
import { plainText } from '#wire/reading';
import { ofProfile, withAccelerators } from '../../fixtures/accelerated-server.ts';
import { BuildWorld, type BuildWorldOptions } from '../../fixtures/build-world.ts';
import { ExistingServer } from '../../fixtures/existing-server.ts';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { acceptEvacuation } from '../../fixtures/rebuilt-server.ts';
import { evacuateHost, type Moved } from '#cli/hosts/evacuation';

/** host1 with so many servers, dead. */
async function deadHost(servers: number, options: BuildWorldOptions = {}): Promise<BuildWorld> {
  const world = await BuildWorld.boot(options);
  await world.build(world.request(servers));
  world.world.fleet.host('host1').die();
  await world.clock.advance(120_000);
  return world;
}

const onHost1 = (servers: number) => Array.from({ length: servers }, () => ['host1']);

/** Evacuates host1; answers what became of its servers, and the lines of progress. */
async function evacuate(
  world: BuildWorld,
  { parallel = 10, token }: { parallel?: number; token?: string } = {},
): Promise<{ moved: Moved[]; progress: number[] }> {
  const progress: number[] = [];
  const { client, clock, services } = world;
  const target = { client, clock, ids: services.ids, tables: services.tables, token };
  const how = { source: 'host1', to: undefined, timeoutSeconds: 900, parallel };
  const cell = { name: 'cell1', uuid: '11111111-1111-4111-8111-111111111111' };
  const going = evacuateHost(target, cell, how, (_moved, ended) => progress.push(ended));
  await clock.runUntil(going, 7_200_000);
  return { moved: await going, progress };
}

const migrationItems = (world: BuildWorld) =>
  world.items('cell-cell1').filter(({ pk, sk }) => pk.startsWith('instance#') && sk.startsWith('migration#'));

/** Migrations of a world, by status. */
const migrations = (world: BuildWorld) => migrationItems(world).map(({ status }) => status);

describe('evacuating a host', () => {
  it('takes each of its servers to another host, and reports each as it comes to an end', async () => {
    const world = await deadHost(4, { scheduler: (_request, asked) => (asked === 1 ? onHost1(4) : [['host2']]) });

    const { moved, progress } = await evacuate(world, { parallel: 2 });

    expect(moved.map(({ to, why }) => [to, why])).toEqual(Array.from({ length: 4 }, () => ['host2', null]));
    expect(progress).toEqual([1, 2, 3, 4]);
    expect(migrations(world)).toEqual(['done', 'done', 'done', 'done']);
    expect(await leftOver(world)).toEqual([]);
  });

  it('reports why a server could not be moved, and may be repeated for it', async () => {
    const full = { vcpus: 0, memoryMb: 600, diskGb: 1 };
    const hosts = [
      { host: 'host1', cell: 'cell1' },
      { host: 'host2', cell: 'cell1', capacity: full },
    ];
    const world = await deadHost(1, { hosts, scheduler: afterBuild(() => [['host2']]) });

    const { moved } = await evacuate(world);
    const [again] = (await evacuate(world)).moved;

    expect(moved).toMatchObject([{ to: null, why: expect.stringContaining('the scripted host is full') }]);
    expect(again).toMatchObject({ to: null, why: expect.stringContaining('the scripted host is full') });
    expect(migrations(world)).toEqual(['error', 'error']);
    expect(world.claims(moved[0]?.uuid ?? '')).toEqual(['host1']);
  });

  it('ends the deletion of a server that its host had deleted but for its records', async () => {
    const world = await deadHost(1, { scheduler: () => onHost1(1) });
    const [item] = world.items('cell-cell1').filter(({ sk }) => sk === 'instance');
    await world.platform.tables.update(
      'cell-cell1',
      { pk: item?.pk ?? '', sk: 'instance' },
      { set: { vm_state: 'deleted' } },
    );

    const { moved } = await evacuate(world);

    expect(moved).toMatchObject([{ to: null, isDeleted: true }]);
    expect(world.items('cell-cell1').filter(({ sk }) => sk === 'instance')).toMatchObject([{ deleted: true }]);
    expect(migrations(world)).toEqual([]);
  });

  it('leaves a server alone whose state cannot be evacuated', async () => {
    const world = await deadHost(1, { scheduler: () => onHost1(1) });
    const [uuid = ''] = world
      .items('cell-cell1')
      .flatMap(({ sk, uuid: id }) => (sk === 'instance' ? [JSON.stringify(id).replaceAll('"', '')] : []));
    await world.platform.tables.update(
      'cell-cell1',
      { pk: `instance#${uuid}`, sk: 'instance' },
      { set: { vm_state: 'paused' } },
    );

    const { moved } = await evacuate(world);

    expect(moved).toMatchObject([{ uuid, to: null, why: 'its vm_state is paused' }]);
    expect(migrations(world)).toEqual([]);
  });

  it('takes a server with devices along by a token of the operator’s, without which its new host could not ask for them', async () => {
    const options = withAccelerators({ scheduler: (_request, asked) => [[asked === 1 ? 'host1' : 'host2']] });
    const world = await BuildWorld.boot(options);
    await world.build(ofProfile(world.request(1)));
    world.world.fleet.host('host1').die();
    await world.clock.advance(120_000);

    const { moved: without } = await evacuate(world);
    const begun = migrations(world);
    const { moved } = await evacuate(world, { token: 'gAAAA' });

    expect(without).toMatchObject([{ to: null, why: expect.stringContaining('--token-file') }]);
    expect(begun).toEqual([]);
    expect(moved).toMatchObject([{ to: 'host2', why: null }]);
    expect(world.orders().at(-1)).toMatchObject({ method: 'rebuild_instance', context: { auth_token: 'gAAAA' } });
  });

  it('waits for a server that is on its way already instead of asking again', async () => {
    const world = await deadHost(1, {
      scheduler: (_request, asked) => (asked === 1 ? onHost1(1) : [['host2']]),
      behaviour: (order) => (order.method === 'rebuild_instance' ? { delay: 60_000 } : 'build'),
    });

    const first = evacuate(world);
    await world.clock.advance(10_000);
    const second = await evacuate(world);

    expect((await first).moved).toMatchObject([{ to: 'host2' }]);
    expect(second.moved).toMatchObject([{ to: 'host2' }]);
    expect(migrations(world)).toEqual(['done']);
  });

  it('makes a migration of its own where an older one names a host that had the server before', async () => {
    const world = await deadHost(1, { scheduler: afterBuild(() => [['host2']]) });
    await acceptEvacuation({ world, server: ExistingServer.of(world), context: world.request().context }, 'host3');

    const { moved } = await evacuate(world);

    expect(moved).toMatchObject([{ to: 'host2' }]);
    const statuses = migrationItems(world).map(
      ({ source_compute, status }) => `${plainText(source_compute)}: ${plainText(status)}`,
    );
    expect(statuses.toSorted()).toEqual(['host1: done', 'host3: accepted']);
  });

  it('has nothing to do on an empty host', async () => {
    const world = await deadHost(1, { scheduler: () => [['host2']] });

    expect((await evacuate(world)).moved).toEqual([]);
  });
});
