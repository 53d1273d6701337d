import { describe, expect, test } from 'vitest';
import { newObject } from '#wire/wire';
import { fieldsOf, mapOf, objectsOf } from '#wire/reading';
import { BuildWorld, type BuildWorldOptions } from '../../fixtures/build-world.ts';
import { ALTERNATES, built, hostsOf, ordered, tags, withArgs, withSpec } from '../../fixtures/built.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { watching } from '../../fixtures/watching.ts';

describe('schedule_and_build_instances', () => {
  test('BUILD-01 one server is recorded in its cell with all that belongs to it, and ordered with its alternates', async () => {
    const { world, uuid } = await built({}, withArgs({ tags: tags('t1') }));

    const { cell, item } = world.server(uuid);
    expect([cell, item['availability_zone'], item['vm_state']]).toEqual(['cell1', 'az1', 'active']);
    expect(world.beside(uuid, 'action#')).toMatchObject([{ action: 'create', project_id: 'p' }]);
    expect(world.beside(uuid, 'block-device#')).toMatchObject([{ instance_uuid: uuid, boot_index: 0 }]);
    expect(world.beside(uuid, 'tags')).toMatchObject([{ tags: ['t1'] }]);
    expect(world.apiItem('mappings', uuid, 'mapping')).toMatchObject({ cell: 'cell1' });
    expect(world.apiItem('build-requests', uuid, 'build-request')).toBeUndefined();
    expect(world.orders(uuid)).toMatchObject([{ host: 'host1', args: { node: 'host1' } }]);
    expect(hostsOf(ordered(world, uuid)['host_list'])).toEqual(['host2', 'host3']);
    expect(await leftOver(world)).toEqual([]);
  });

  test('BUILD-02 all records appear together, and the order is given last', async () => {
    const seen: string[] = [];
    const { uuid } = await built({
      tables: (tables) =>
        watching(tables, {
          transact: (actions) => {
            const keys = actions.map(
              (action) => (action.kind === 'put' ? action.item.sk : action.key.sk).split('#')[0],
            );
            if (keys.includes('instance')) seen.push(keys.join(' '));
            return tables.transact(actions);
          },
        }),
      adapt: (services) => ({
        ...services,
        compute: { ...services.compute, cast: async (message) => (seen.push('cast'), services.compute.cast(message)) },
      }),
    });

    expect(uuid).not.toBe('');
    expect(seen).toEqual(['build-request instance mapping block-device action usage usage launch', 'cast']);
  });

  test('BUILD-03 the order carries retry data, and empty limits for a selection without limits', async () => {
    const { world, uuid } = await built();

    expect(ordered(world, uuid)['filter_properties']).toMatchObject({
      retry: { num_attempts: 1, hosts: [['host1', 'host1']] },
      limits: {},
    });
  });

  test('BUILD-04 without tags there are none, and the order carries an empty list', async () => {
    const { world, uuid } = await built({}, (command) => {
      const { tags: _tags, ...args } = command.args;
      return { ...command, args };
    });

    expect(world.beside(uuid, 'tags')).toEqual([]);
    expect(fieldsOf(fieldsOf(ordered(world, uuid)['instance'])['tags'])['objects']).toEqual([]);
  });

  test('BUILD-05 several servers go where they were placed, in order, and each host mapping is read once', async () => {
    const hostMappings: string[] = [];
    const world = await BuildWorld.boot({
      scheduler: () => [['host1'], ['host2'], ['host1'], ['host2']],
      tables: (tables) =>
        watching(tables, {
          get: (table, key, options) => {
            if (key.sk === 'host') hostMappings.push(key.pk);
            return tables.get(table, key, options);
          },
        }),
    });
    hostMappings.length = 0;

    const { uuids } = await world.build(world.request(4));

    expect(uuids.map((uuid) => world.server(uuid).item['host'])).toEqual(['host1', 'host2', 'host1', 'host2']);
    expect(new Set(hostMappings).size).toBe(2);
    expect(world.orders()).toHaveLength(4);
    expect(await leftOver(world)).toEqual([]);
  });

  test('BUILD-06 BDM-06 BDM-07 each server has devices of its own in its cell, and the template has no server', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1'], ['host2']] });
    const command = world.request(2);
    await world.build(command);

    const devices = command.uuids.map((uuid) => world.beside(uuid, 'block-device#'));
    expect(devices.map((list) => list.map(({ instance_uuid }) => instance_uuid))).toEqual(
      command.uuids.map((uuid) => [uuid]),
    );
    expect(new Set(devices.flat().map(({ uuid }) => uuid)).size).toBe(2);
    expect(world.items('cell-cell2').filter(({ sk }) => sk.startsWith('block-device#'))).toEqual([]);
    expect(fieldsOf(objectsOf(command.args.block_device_mapping)[0])).not.toHaveProperty('instance_uuid');
  });

  test('BUILD-07 the scheduler is asked once, with the first spec and every uuid', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1'], ['host2'], ['host3']] });
    const { uuids } = await world.build(world.request(3));

    expect(world.scheduler?.asked).toMatchObject([{ instanceUuids: uuids, alternates: true }]);
    expect(fieldsOf(world.scheduler?.asked[0]?.spec)['instance_uuid']).toBe(uuids[0]);
  });

  test('BUILD-08 security groups are named by uuid, or else by name', async () => {
    const security_groups = newObject('SecurityGroupList', '1.1', {
      objects: [
        newObject('SecurityGroup', '1.2', { uuid: 'u1', name: 'n0' }),
        newObject('SecurityGroup', '1.2', { name: 'n1' }),
      ],
    });
    const { world, uuid } = await built({}, withSpec({ security_groups }));

    expect(ordered(world, uuid)['security_groups']).toEqual(['u1', 'n1']);
  });

  test('BUILD-09 with a forced host neither retry data nor limits are sent', async () => {
    const { world, uuid } = await built({}, withSpec({ force_hosts: ['host1'], limits: null }));

    const properties = mapOf(ordered(world, uuid)['filter_properties']);
    expect(properties).toMatchObject({ force_hosts: ['host1'] });
    expect(properties).not.toHaveProperty('retry');
    expect(properties).not.toHaveProperty('limits');
  });

  test('BUILD-10 a server on an unmapped host is buried with its fault, and its claim is released', async () => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES });
    await world.unmapHost('host1');
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { vm_state: 'error', task_state: null } });
    expect(world.beside(uuid, 'fault#')).toMatchObject([{ message: expect.stringContaining('host1') }]);
    expect(world.orders()).toEqual([]);
    expect(world.claims(uuid)).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('BUILD-11 an unmapped host buries its own server, and the other one is built', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1'], ['host2']] });
    await world.unmapHost('host1');
    const { uuids } = await world.build(world.request(2));

    expect(uuids.map((uuid) => [world.server(uuid).cell, world.server(uuid).item['vm_state']])).toEqual([
      ['cell0', 'error'],
      ['cell1', 'active'],
    ]);
    expect(await leftOver(world)).toEqual([]);
  });

  test.each(['BUILD-12', 'BUILD-13', 'BUILD-14', 'BUILD-15', 'DUP-06'])(
    '%s a server that the user deletes before it is committed leaves nothing, and nobody is notified',
    async () => {
      let world: BuildWorld | undefined;
      const options: BuildWorldOptions = {
        scheduler: async ({ instanceUuids: [uuid = ''] }) => {
          await world?.deleteBuildRequest(uuid);
          return ALTERNATES;
        },
        config: { notifyOnStateChange: 'vm_state' },
      };
      world = await BuildWorld.boot(options);
      const [uuid = ''] = (await world.build()).uuids;

      expect(world.servers(uuid)).toEqual([]);
      expect(world.claims(uuid)).toEqual([]);
      expect(world.apiItem('mappings', uuid, 'mapping')).toBeUndefined();
      expect(world.orders()).toEqual([]);
      expect(world.notifications()).toEqual([]);
      expect(await leftOver(world)).toEqual([]);
    },
  );

  test('NOTIF-07 a removal of the build request that fails unexpectedly takes the server with it: nothing was made that would be published as deleted', async () => {
    const world = await BuildWorld.boot({
      scheduler: () => ALTERNATES,
      config: { notifyOnStateChange: 'vm_state' },
      tables: (tables) =>
        watching(tables, {
          transact: (actions) => {
            const commits = actions.some((action) => action.kind === 'put' && action.table === 'cell-cell1');
            return commits ? Promise.reject(new Error('the table is away')) : tables.transact(actions);
          },
        }),
    });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { vm_state: 'error' } });
    expect(world.beside(uuid, 'fault#')).toMatchObject([{ message: 'Error' }]);
    expect(world.notifications().map(({ eventType }) => eventType)).toEqual([
      'compute.instance.update',
      'compute_task.build_instances',
    ]);
    expect(world.orders()).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('BUILD-16 a host in no zone aggregate is in the default zone', async () => {
    const world = await BuildWorld.boot();
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item['availability_zone']).toBe('nova');
  });

  test.each([
    ['fails', () => Promise.reject(new Error('the bus is away')), 0],
    ['succeeds', () => Promise.resolve(), 1],
  ] as const)('BUILD-17 NOTIF-06 a build goes on when its state notification %s', async (_how, notify, sent) => {
    const notified: string[] = [];
    const { world, uuid } = await built({
      config: { notifyOnStateChange: 'vm_state' },
      adapt: (services) => ({
        ...services,
        notifier: {
          notify: async (notification) => {
            // Computes save as well, and are published under their own name.
            if (notification.publisherId !== 'conductor.conductor') return;
            await notify();
            notified.push(notification.eventType);
          },
        },
      }),
    });

    expect(world.server(uuid).item['vm_state']).toBe('active');
    expect(notified).toEqual(Array.from({ length: sent }, () => 'compute.instance.update'));
    expect(world.platform.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1 - sent);
  });

  test('NOTIF-01 NOTIF-03 a new server is published by the conductor, though no state has changed', async () => {
    const { world, uuid } = await built({ config: { notifyOnStateChange: 'vm_state' } });

    const updates = world.notifications('compute.instance.update');
    expect(updates.filter(({ publisherId }) => publisherId.startsWith('conductor.'))).toMatchObject([
      {
        priority: 'INFO',
        publisherId: 'conductor.conductor',
        payload: {
          instance_id: uuid,
          state: 'building',
          old_state: 'building',
          old_task_state: 'scheduling',
          new_task_state: 'scheduling',
        },
      },
    ]);
  });

  test('NOTIF-02 NOTIF-10 by default no compute.instance.update is sent', async () => {
    const { world } = await built();

    expect(world.notifications()).toEqual([]);
  });

  test.each([
    ['BUILD-18 SCHED-15', { memory_mb: 2048 }],
    ['RPC-13', { vcpu: 4 }],
  ])('%s the limits of the selection are sent as a map, without those that are null', async (_rows, limits) => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES });
    const unset = { numa_topology: null, vcpu: null, disk_gb: null, memory_mb: null };
    if (world.scheduler) world.scheduler.limits = { ...unset, ...limits };
    const [uuid = ''] = (await world.build()).uuids;

    const args = ordered(world, uuid);
    expect(args['limits']).toEqual(limits);
    expect(mapOf(args['filter_properties'])['limits']).toEqual(limits);
  });

  test('CTX-07 two cells in one request: each server is in its own, and is ordered on the bus of its own', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1'], ['host4']] });
    const command = world.request(2);
    const { uuids } = await world.build(withArgs({ tags: tags('t1') })(command));

    for (const [at, cell] of ['cell1', 'cell2'].entries()) {
      const uuid = uuids[at] ?? '';
      expect(world.server(uuid)).toMatchObject({ cell, item: { vm_state: 'active' } });
      for (const part of ['action#', 'block-device#', 'tags']) expect(world.beside(uuid, part)).toHaveLength(1);
      expect(world.apiItem('mappings', uuid, 'mapping')).toMatchObject({ cell });
    }
    expect(world.world.fleet.host('host4').received).toHaveLength(1);
    expect(await leftOver(world)).toEqual([]);
  });
});
