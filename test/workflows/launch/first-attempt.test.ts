import { describe, expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import { newObject } from '#wire/wire';
import { fieldsOf, mapOf, objectsOf } from '#wire/reading';
import { API, BUILD_REQUESTS, cellTable, groupKey, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { BuildWorld, type BuildWorldOptions } from '../../fixtures/build-world.ts';
import { hostsOf, ordered } from '../../fixtures/built.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { buildRecorded, recordServers, sendBuild } from '../../fixtures/recorded-servers.ts';

const TWO = [
  ['host1', 'host3'],
  ['host2', 'host3'],
];
const nowhere = () => new NoValidHost({ reason: 'There are not enough hosts available.' });

const boot = (options: BuildWorldOptions = {}) => BuildWorld.boot({ scheduler: () => TWO, ...options });

/** A world in which two servers are recorded, changed, and then asked for. */
async function asked(
  change: (world: BuildWorld, first: string, second: string) => Promise<unknown> = async () => undefined,
  options: BuildWorldOptions = {},
) {
  const world = await boot(options);
  const servers = await recordServers(world, 2);
  const [first = '', second = ''] = servers.uuids;
  await change(world, first, second);
  await sendBuild(world, servers);
  await world.end();
  return { world, first, second };
}

const buildRequest = (world: BuildWorld, uuid: string) => world.apiItem(BUILD_REQUESTS, uuid, 'build-request');
const mappedTo = (world: BuildWorld, uuid: string) => world.apiItem(MAPPINGS, uuid, 'mapping')?.['cell'];
const states = (world: BuildWorld, uuid: string) => {
  const { vm_state, task_state = null } = world.server(uuid).item;
  return [vm_state, task_state];
};
const faults = (world: BuildWorld, uuid: string) => world.beside(uuid, 'fault#').map(({ message }) => message);
const vanish = (world: BuildWorld, uuid: string) => world.platform.tables.delete(cellTable('cell1'), instanceKey(uuid));
const consumers = (world: BuildWorld) => world.items('placement').filter(({ sk }) => sk === 'consumer').length;

describe('the first attempt of build_instances', () => {
  test('LEGACY-01 saves zones, maps to the cells of the hosts, ends the build requests and casts with the alternates', async () => {
    const world = await boot();
    const { uuids } = await buildRecorded(world, 2);
    const [first = '', second = ''] = uuids;

    expect(world.scheduler?.asked).toMatchObject([{ instanceUuids: uuids, alternates: true }]);
    expect(uuids.map((uuid) => world.server(uuid).item['availability_zone'])).toEqual(['az1', 'az1']);
    expect(uuids.map((uuid) => mappedTo(world, uuid))).toEqual(['cell1', 'cell1']);
    expect(uuids.map((uuid) => buildRequest(world, uuid))).toEqual([undefined, undefined]);
    expect(world.orders(first)).toMatchObject([{ host: 'host1', method: 'build_and_run_instance' }]);
    expect(world.orders(second)).toMatchObject([{ host: 'host2' }]);
    expect(hostsOf(ordered(world, first)['host_list'])).toEqual(['host3']);
    expect(hostsOf(ordered(world, second)['host_list'])).toEqual(['host3']);
    expect(uuids.map((uuid) => states(world, uuid))).toEqual([
      ['active', null],
      ['active', null],
    ]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('LEGACY-02 gives each server its own tries, in filter properties and request spec', async () => {
    const world = await boot();
    const { uuids } = await buildRecorded(world, 2);

    const orders = uuids.map((uuid) => ordered(world, uuid));
    expect(orders.map((args) => mapOf(args['filter_properties'])['retry'])).toEqual([
      { num_attempts: 1, hosts: [['host1', 'host1']] },
      { num_attempts: 1, hosts: [['host2', 'host2']] },
    ]);
    expect(orders.map((args) => fieldsOf(args['request_spec'])['instance_uuid'])).toEqual(uuids);
    expect(orders.map((args) => args['security_groups'])).toEqual([['default'], ['default']]);
  });

  test('LEGACY-03 sends the block devices of the records, not those of the message', async () => {
    const world = await boot({ scheduler: () => [['host1']] });
    const servers = await recordServers(world);
    const [uuid = ''] = servers.uuids;
    const [device] = world.beside(uuid, 'block-device#');
    await sendBuild(world, servers);
    await world.end();

    const [sent] = objectsOf(ordered(world, uuid)['block_device_mapping']);
    expect(device?.['uuid']).toBeTypeOf('string');
    expect(fieldsOf(sent)['uuid']).toBe(device?.['uuid']);
    expect(world.beside(uuid, 'block-device#')).toHaveLength(1);
  });

  test('LEGACY-04 ends in error for every server when the scheduler fails, whether or not it has a build request', async () => {
    const { world, first, second } = await asked((own, one) => own.deleteBuildRequest(one), { scheduler: nowhere });

    for (const uuid of [first, second]) {
      expect(states(world, uuid)).toEqual(['error', null]);
      expect(faults(world, uuid)).toEqual([expect.stringContaining('No valid host was found')]);
      expect(mapOf(world.server(uuid).item['system_metadata'])['network_allocated']).toBe('False');
      expect(mappedTo(world, uuid)).toBe('cell1');
      expect(buildRequest(world, uuid)).toBeUndefined();
    }
    const failed = world.notifications('compute_task.build_instances').map(({ payload }) => payload['instance_id']);
    expect(new Set(failed)).toEqual(new Set([first, second]));
    expect(failed).toHaveLength(2);
    expect((await world.executions('build'))[0]).toMatchObject({ status: 'SUCCEEDED' });
    expect(await leftOver(world)).toEqual([]);
  });

  test('LEGACY-05 builds servers without mappings, and asks for no host mapping', async () => {
    const { world, first, second } = await asked(async (own, ...uuids) => {
      for (const uuid of uuids) await own.platform.tables.delete(MAPPINGS, instanceMappingKey(uuid));
      for (const host of ['host1', 'host2']) await own.unmapHost(host);
    });

    expect(world.orders().map(({ host }) => host)).toEqual(['host1', 'host2']);
    expect([first, second].map((uuid) => world.apiItem(MAPPINGS, uuid, 'mapping'))).toEqual([undefined, undefined]);
    expect([states(world, first), states(world, second)]).toEqual([
      ['active', null],
      ['active', null],
    ]);
  });

  test('LEGACY-06 unmaps servers whose host is mapped nowhere, and builds them', async () => {
    const { world, first, second } = await asked(async (own) => {
      for (const host of ['host1', 'host2']) await own.unmapHost(host);
    });

    expect([first, second].map((uuid) => world.apiItem(MAPPINGS, uuid, 'mapping'))).toEqual([undefined, undefined]);
    expect(world.orders().map(({ host }) => host)).toEqual(['host1', 'host2']);
    expect([states(world, first), states(world, second)]).toEqual([
      ['active', null],
      ['active', null],
    ]);
  });

  test.each([
    ['a mapping', (own: BuildWorld, uuid: string) => own.platform.tables.delete(MAPPINGS, instanceMappingKey(uuid))],
    ['a mapped host', (own: BuildWorld) => Promise.all(['host1', 'host2', 'host3'].map((host) => own.unmapHost(host)))],
  ])('finds another host for a server without %s, whose first one gives it back', async (_title, change) => {
    const world = await boot({
      scheduler: () => [['host1', 'host3']],
      behaviour: (_order, attempt) => (attempt === 1 ? { fail: 'it is full' } : 'build'),
    });
    const servers = await recordServers(world, 1);
    const [uuid = ''] = servers.uuids;
    await change(world, uuid);

    await sendBuild(world, servers);
    await world.end();

    expect(states(world, uuid)).toEqual(['active', null]);
    expect(world.orders(uuid).map(({ host }) => host)).toEqual(['host1', 'host3']);
    expect(world.claims(uuid)).toEqual(['host3']);
    expect(world.platform.queues.messages('compute-task-dlq')).toEqual([]);
  });

  test('LEGACY-07 leaves nothing of a server that its user deleted, and builds the other one', async () => {
    const { world, first, second } = await asked((own, one) => own.deleteBuildRequest(one));

    expect(world.server(first).item['deleted']).toBe(true);
    expect(world.apiItem(MAPPINGS, first, 'mapping')).toBeUndefined();
    expect(world.apiItem(BUILD_REQUESTS, first, 'request-spec')).toBeUndefined();
    expect(world.orders(first)).toEqual([]);
    expect(world.claims(first)).toEqual([]);
    expect(states(world, second)).toEqual(['active', null]);
    expect(buildRequest(world, second)).toBeUndefined();
    expect(await leftOver(world)).toEqual([]);
  });

  test.each([
    ['before it is placed', false],
    ['while it is placed', true],
  ])('LEGACY-08 skips a server whose record vanishes %s, and builds the other one', async (_when, late) => {
    const found: BuildWorld[] = [];
    const { world, first, second } = await asked(
      async (own, one) => {
        found.push(own);
        if (!late) await vanish(own, one);
      },
      {
        scheduler: async ({ instanceUuids }) => {
          if (late) for (const own of found) await vanish(own, instanceUuids[0] ?? '');
          return TWO.slice(-instanceUuids.length);
        },
      },
    );

    expect(world.servers(first)).toEqual([]);
    expect(mappedTo(world, first)).toBeNull();
    expect(buildRequest(world, first)).toBeDefined();
    expect(world.claims(first)).toEqual([]);
    expect(states(world, second)).toEqual(['active', null]);
    expect(consumers(world)).toBe(1);
    expect(await leftOver(world)).toEqual([
      `a build request of ${first}`,
      `a request spec of ${first}, which is no server`,
      `${first} is mapped to no cell and lies in undefined`,
    ]);
  });

  test('LEGACY-09 skips a server whose info cache vanishes, and builds the other one', async () => {
    const { world, first, second } = await asked(
      (own, one) => own.platform.tables.update(cellTable('cell1'), instanceKey(one), { set: { network_info: null } }),
      { scheduler: ({ instanceUuids }) => TWO.slice(-instanceUuids.length) },
    );

    expect(states(world, first)).toEqual(['building', 'scheduling']);
    expect(buildRequest(world, first)).toBeDefined();
    expect(world.orders(first)).toEqual([]);
    expect(states(world, second)).toEqual(['active', null]);
    expect(buildRequest(world, second)).toBeUndefined();
  });

  test.each([
    ['LEGACY-10 network tuples', { requested_networks: [['net', null, 'port', null]] }, 'a NetworkRequestList object'],
    ['LEGACY-11 a plain flavor', { filter_properties: { instance_type: { id: 1 } } }, 'a Flavor object'],
  ])(
    '%s ends its servers in error, and goes to the dead-letter queue, with what was expected',
    async (_row, change, reason) => {
      const world = await boot();
      const servers = await recordServers(world);
      await sendBuild(world, servers, change);
      await world.end();

      expect(world.platform.queues.messages('compute-task-dlq')).toMatchObject([
        { attributes: { reason: expect.stringContaining(reason) } },
      ]);
      expect(servers.uuids.map((uuid) => states(world, uuid))).toEqual([['error', null]]);
      expect(await world.executions('launch')).toEqual([]);
    },
  );

  test('LEGACY-12 counts as the first attempt when tries are not counted', async () => {
    const { world, first, second } = await asked(undefined, { scheduler: nowhere, config: { maxAttempts: 1 } });

    expect([first, second].map((uuid) => buildRequest(world, uuid))).toEqual([undefined, undefined]);
    expect(states(world, first)).toEqual(['error', null]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('GROUP-10 with an unsupported policy ends in error for every server, and the scheduler is not asked', async () => {
    const uuid = '99999999-9999-4999-8999-999999999999';
    const world = await boot({ config: { enabledFilters: ['ComputeFilter'] } });
    await world.platform.tables.put(API, { ...groupKey(uuid), policies: ['affinity'], deleted: false });
    const servers = await recordServers(world, 2);
    const instance_group = newObject('InstanceGroup', '1.11', { uuid, policy: 'affinity', members: [], hosts: [] });
    await sendBuild(world, servers, { filter_properties: { instance_group } });
    await world.end();

    expect(world.scheduler?.asked).toEqual([]);
    for (const server of servers.uuids) {
      expect(states(world, server)).toEqual(['error', null]);
      expect(faults(world, server)).toEqual([expect.stringContaining('ServerGroupAffinityFilter')]);
      expect(mapOf(world.server(server).item['system_metadata'])['network_allocated']).toBe('False');
    }
    expect(await leftOver(world)).toEqual([]);
  });
});
