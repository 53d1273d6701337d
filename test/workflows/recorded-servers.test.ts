import { describe, expect, test } from 'vitest';
import { BUILD_REQUESTS, MAPPINGS, requestSpecKey } from '#records/keys';
import { fieldsOf } from '#wire/reading';
import { BuildWorld } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { buildRecorded, recordServers, sendBuild } from '../fixtures/recorded-servers.ts';

const vmStates = (world: BuildWorld, uuids: readonly string[]) =>
  uuids.map((uuid) => world.server(uuid).item['vm_state']);

describe('servers that an API has recorded', () => {
  test('stay in the cells of their records, with the own scheduler', async () => {
    const world = await BuildWorld.boot();
    const servers = await recordServers(world, 2, ['cell2', 'cell1']);
    await sendBuild(world, servers);
    await world.end();

    expect(
      servers.uuids.map((uuid) => [world.server(uuid).cell, world.apiItem(MAPPINGS, uuid, 'mapping')?.['cell']]),
    ).toEqual([
      ['cell2', 'cell2'],
      ['cell1', 'cell1'],
    ]);
    expect(vmStates(world, servers.uuids)).toEqual(['active', 'active']);
    expect(await leftOver(world)).toEqual([]);
  });

  test('fail when the host that was chosen lies in another cell', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host4']] });
    const [uuid = ''] = (await buildRecorded(world)).uuids;

    expect(world.server(uuid)).toMatchObject({ cell: 'cell1', item: { vm_state: 'error' } });
    expect(world.beside(uuid, 'fault#')).toMatchObject([{ message: expect.stringContaining('No valid host') }]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('are built on another host when theirs gives them back', async () => {
    const world = await BuildWorld.boot({
      scheduler: () => [['host1', 'host2', 'host3']],
      behaviour: (_order, attempt) => (attempt === 1 ? { fail: 'it is full' } : 'build'),
    });
    const [uuid = ''] = (await buildRecorded(world)).uuids;

    const [, again] = world.orders(uuid);
    expect(again).toMatchObject({ host: 'host2', attempt: 2 });
    expect(again?.args['security_groups']).toEqual(['default']);
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(await leftOver(world)).toEqual([]);
  });

  test('are asked for with the spec and the hints of their message', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
    const servers = await recordServers(world);
    const stored = await world.platform.tables.get(BUILD_REQUESTS, requestSpecKey(servers.uuids[0] ?? ''));
    await sendBuild(world, servers, {
      request_spec: stored?.['spec'] ?? null,
      filter_properties: { scheduler_hints: { rack: 'r1' } },
    });
    await world.end();

    const [question] = world.scheduler?.asked ?? [];
    expect(fieldsOf(question?.spec)['scheduler_hints']).toEqual({ rack: ['r1'] });
    expect(fieldsOf(fieldsOf(question?.spec)['flavor'])['memory_mb']).toBe(512);
    expect(await leftOver(world)).toEqual([]);
  });

  test('are built once, however often the message is delivered', async () => {
    const world = await BuildWorld.boot();
    const servers = await recordServers(world, 2);
    await sendBuild(world, servers);
    await sendBuild(world, servers);
    await world.end();
    await sendBuild(world, servers);
    await world.end();

    expect(world.orders()).toHaveLength(2);
    expect(await leftOver(world)).toEqual([]);
  });

  test('count against the quota and are not held up by it', async () => {
    const world = await BuildWorld.boot({ config: { quota: { instances: 1, cores: 1, ram: 1 } } });
    const { uuids } = await buildRecorded(world, 2);

    expect(vmStates(world, uuids)).toEqual(['active', 'active']);
    expect(await leftOver(world)).toEqual([]);
  });
});
