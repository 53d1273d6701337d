import { describe, expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import { setFields } from '#wire/wire';
import type { BuildCommand } from '#local/demo/demo-world';
import type { JsonMap } from '#ports/json';
import { API, BUILD_REQUESTS, buildRequestKey, userLimitsKey } from '#records/keys';
import { BuildWorld, type BuildWorldOptions } from '../../fixtures/build-world.ts';
import { ExistingServer } from '../../fixtures/existing-server.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { MANY_HOSTS } from '../../fixtures/many-servers.ts';
import { watching } from '../../fixtures/watching.ts';

const limits = (instances: number, cores = 1000, ram = 1_000_000) => ({ quota: { instances, cores, ram } });

/** The same request, asked by another user of the project. */
function ofUser(command: BuildCommand, user: string): BuildCommand {
  const changed: BuildCommand = JSON.parse(JSON.stringify(command).replaceAll('"demo"', JSON.stringify(user)));
  return changed;
}

/** A world whose project has so many servers already. */
async function projectWith(servers: number, options: BuildWorldOptions) {
  const world = await BuildWorld.boot(options);
  if (servers > 0) await world.build(world.request(servers));
  return world;
}

const states = (world: BuildWorld, uuids: readonly string[]) =>
  uuids.map((uuid) => world.server(uuid).item['vm_state']);

describe('the quota of a project', () => {
  test.each([
    ['QUOTA-01 within', 10],
    ['QUOTA-02 exactly at', 3],
    ['QUOTA-07 without', -1],
  ])('%s the limit, three servers are built', async (_title, instances) => {
    const world = await projectWith(0, { config: limits(instances) });
    const { uuids } = await world.build(world.request(3));

    expect(states(world, uuids)).toEqual(['active', 'active', 'active']);
    expect(world.orders()).toHaveLength(3);
    expect(await leftOver(world)).toEqual([]);
  });

  test('QUOTA-03 QUOTA-06 QUOTA-10 over the limit, the server is recorded in error in its cell and never ordered', async () => {
    const world = await projectWith(5, { config: limits(5) });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid)).toMatchObject({
      cell: expect.stringMatching(/^cell[12]$/),
      item: { vm_state: 'error', task_state: null, availability_zone: expect.any(String) },
    });
    expect(world.beside(uuid, 'fault#')).toMatchObject([
      { code: 413, message: 'Quota exceeded for instances: Requested 1, but already used 5 of 5 instances' },
    ]);
    expect(world.apiItem('mappings', uuid, 'mapping')?.['cell']).toBe(world.server(uuid).cell);
    for (const sk of ['build-request', 'request-spec'])
      expect(world.apiItem('build-requests', uuid, sk)).toBeUndefined();
    expect(world.beside(uuid, 'block-device#')).toHaveLength(1);
    for (const part of ['tags', 'action#']) expect(world.beside(uuid, part)).toEqual([]);
    expect(world.claims(uuid)).toEqual([]);
    expect(world.orders()).toHaveLength(5);
    expect(await leftOver(world)).toEqual([]);
  });

  test.each([1, 3])(
    'of %i servers over the limit, one that its user deletes meanwhile leaves nothing',
    async (servers) => {
      let deleted: string | undefined;
      const world = await projectWith(5, {
        config: limits(5),
        tables: (tables) =>
          watching(tables, {
            transact: async (actions) => {
              await tables.transact(actions);
              // They are counted before each of them is recorded.
              if (deleted !== undefined && actions.some(({ table }) => table === API))
                await tables.delete(BUILD_REQUESTS, buildRequestKey(deleted));
            },
          }),
      });
      const command = world.request(servers);
      [deleted] = command.uuids;

      await world.build(command);

      const [gone = '', ...others] = command.uuids;
      expect(world.servers(gone)).toEqual([]);
      expect(states(world, others)).toEqual(others.map(() => 'error'));
      expect(world.apiItem('mappings', gone, 'mapping')).toBeUndefined();
      expect(await leftOver(world)).toEqual([]);
    },
  );

  test('QUOTA-04 all servers of a request fail together', async () => {
    const world = await projectWith(0, { config: limits(2) });
    const { uuids } = await world.build(world.request(3));

    expect(states(world, uuids)).toEqual(['error', 'error', 'error']);
    expect(world.orders()).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('QUOTA-05 is not looked at when recheck_quota is off', async () => {
    const world = await projectWith(0, { config: { ...limits(1), recheckQuota: false } });
    const { uuids } = await world.build(world.request(2));

    expect(states(world, uuids)).toEqual(['active', 'active']);
  });

  test('a buried server of 1.5 processors counts the one that its record has', async () => {
    const world = await projectWith(0, { scheduler: () => new NoValidHost({ reason: 'full' }) });
    const asked: BuildCommand = JSON.parse(
      JSON.stringify(world.request()).replaceAll(/"vcpus":1(?=[,}])/gu, '"vcpus":1.5'),
    );

    await world.build(asked);

    expect(await leftOver(world)).toEqual([]);
  });

  test('QUOTA-08 buried servers count', async () => {
    const world = await projectWith(2, {
      scheduler: (_request, asked) => (asked === 1 ? new NoValidHost({ reason: '' }) : [['host1']]),
      config: limits(2),
    });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item['vm_state']).toBe('error');
    expect(world.beside(uuid, 'fault#')).toMatchObject([{ message: expect.stringContaining('Quota exceeded') }]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('QUOTA-09 needs no cell to answer: usage is kept at API level', async () => {
    let silent = false;
    const world = await projectWith(0, {
      scheduler: () => [['host1']],
      config: limits(1),
      tables: (tables) =>
        watching(tables, {
          query: (table, query) =>
            table === 'cell-cell2' && silent
              ? Promise.reject(new Error('cell2 is silent'))
              : tables.query(table, query),
        }),
    });
    silent = true;
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item['vm_state']).toBe('active');
  });

  test('a race of two requests for the last place has one winner', async () => {
    const world = await BuildWorld.boot({ config: limits(1) });
    const [one, other] = [world.request(), world.request()];
    await world.publish(one);
    await world.publish(other);
    await world.end();

    expect(new Set(states(world, [...one.uuids, ...other.uuids]))).toEqual(new Set(['active', 'error']));
    expect(await leftOver(world)).toEqual([]);
  });

  test("a user's limits bound that user's servers, whatever the other users of the project have", async () => {
    const world = await BuildWorld.boot();
    const one = { instances: 1, cores: 1, ram: 512 };
    for (const user of ['a', 'b']) await world.services.tables.put(API, { ...userLimitsKey('p', user), ...one });

    const first = await world.build(ofUser(world.request(), 'a'));
    const other = await world.build(ofUser(world.request(), 'b'));
    const second = await world.build(ofUser(world.request(), 'a'));

    const uuids = [first, other, second].flatMap((command) => command.uuids);
    expect(states(world, uuids)).toEqual(['active', 'active', 'error']);
    expect(world.beside(second.uuids[0] ?? '', 'fault#')).toMatchObject([
      {
        message:
          'Quota exceeded for cores, instances, ram: Requested 1, 1, 512, but already used 1, 1, 512 of 1, 1, 512 cores, instances, ram',
      },
    ]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('a race of two requests of one user for the last place that this user has, has one winner', async () => {
    const world = await BuildWorld.boot();
    await world.services.tables.put(API, { ...userLimitsKey('p', 'demo'), instances: 1 });
    const [one, other] = [world.request(), world.request()];
    await world.publish(one);
    await world.publish(other);
    await world.end();

    expect(new Set(states(world, [...one.uuids, ...other.uuids]))).toEqual(new Set(['active', 'error']));
    expect(await leftOver(world)).toEqual([]);
  });

  test('a soft-deleted server counts no more, one that is restored counts again, and each only once', async () => {
    const world = await BuildWorld.boot();
    const server = await ExistingServer.build(world);
    const context = { ...(await server.begin('delete')), is_admin: true };
    const saved = async (fields: JsonMap): Promise<unknown> => {
      const instance = setFields(server.instance, fields);
      await world.client.objectAction(context, instance, 'save', {}, { cell: server.cell });
      return world.items('api').find(({ pk, sk }) => pk === 'quota#p' && sk === 'usage')?.['instances'];
    };

    const softDeleted = await saved({ vm_state: 'soft-delete' });
    const stillSo = await saved({ display_name: 'gone' });
    const restored = await saved({ vm_state: 'active' });
    const again = await saved({ display_name: 'back' });
    const left = await leftOver(world);
    await world.client.objectAction(context, server.instance, 'destroy', {}, { cell: server.cell });

    expect([softDeleted, stillSo, restored, again]).toEqual([0, 0, 1, 1]);
    expect(left).toEqual([]);
    expect(world.items('api').find(({ pk, sk }) => pk === 'quota#p' && sk === 'usage')).toMatchObject({
      instances: 0,
      cores: 0,
      ram: 0,
    });
  });
});

test('a server that a host resizes while it is soft-deleted counts by its new size once it counts again', async () => {
  const world = await BuildWorld.boot();
  const server = await ExistingServer.build(world);
  const context = { ...(await server.begin('delete')), is_admin: true };
  const saved = (fields: JsonMap): Promise<unknown> =>
    world.client.objectAction(context, setFields(server.instance, fields), 'save', {}, { cell: server.cell });

  await saved({ vm_state: 'soft-delete' });
  await saved({ vcpus: 4, memory_mb: 4096 });
  await saved({ vm_state: 'active' });

  expect(await leftOver(world)).toEqual([]);
  expect(world.items('api').find(({ pk, sk }) => pk === 'quota#p' && sk === 'usage')).toMatchObject({
    instances: 1,
    cores: 4,
    ram: 4096,
  });
});

test.each([1, 93])(
  'servers that their user deletes while they are being placed do not count against their sibling (%i)',
  async (count) => {
    let deleted: string[] = [];
    let booted: BuildWorld | undefined;
    const world = await BuildWorld.boot({
      config: limits(2),
      hosts: MANY_HOSTS,
      around: async (run, event) => {
        if (event.step === 'recheck-quota') for (const uuid of deleted) await booted?.deleteBuildRequest(uuid);
        return run();
      },
    });
    booted = world;
    await world.build();
    const command = world.request(count + 1);
    deleted = command.uuids.slice(0, count);

    await world.build(command);

    expect(deleted.flatMap((uuid) => world.servers(uuid))).toEqual([]);
    expect(states(world, command.uuids.slice(count))).toEqual(['active']);
    expect(await leftOver(world)).toEqual([]);
  },
);
