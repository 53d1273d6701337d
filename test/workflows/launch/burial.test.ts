import { describe, expect, test } from 'vitest';
import { MessagingTimeout, NoValidHost } from '#errors';
import { isWireObject, objectsOf } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';
import { executionArn } from '#local/emulation/runner-executions';
import { seedCells } from '#local/emulation/seed';
import { BuildWorld, CELLS } from '../../fixtures/build-world.ts';
import { ALTERNATES, tags, withArgs } from '../../fixtures/built.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { watching } from '../../fixtures/watching.ts';

const nowhere = () => new NoValidHost({ reason: 'There are not enough hosts available.' });
const silent = () => new MessagingTimeout({ message_id: 'm' });

describe('a request that cannot be placed', () => {
  test.each([
    ['CELL0-01 whatever the scheduler fails with', () => new Error('generic')],
    ['NOTIF-08 with NoValidHost', nowhere],
  ])('%s is buried with its fault and its event', async (_title, script) => {
    const world = await BuildWorld.boot({ scheduler: script });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { vm_state: 'error', task_state: null } });
    expect(world.beside(uuid, 'fault#')).toMatchObject([{ code: 500, host: 'conductor' }]);
    expect(world.apiItem('mappings', uuid, 'mapping')).toMatchObject({ cell: 'cell0' });
    expect(world.apiItem('build-requests', uuid, 'build-request')).toBeUndefined();
    const [event] = world.notifications('compute_task.build_instances');
    expect(event).toMatchObject({
      priority: 'ERROR',
      publisherId: 'compute_task.conductor',
      payload: { instance_id: uuid, state: 'error', method: 'build_instances' },
    });
    expect(Object.keys(event?.payload ?? {}).toSorted()).toEqual(
      ['instance_id', 'instance_properties', 'method', 'reason', 'request_spec', 'state'].toSorted(),
    );
    expect(await leftOver(world)).toEqual([]);
  });

  test('CELL0-02 is buried whole', async () => {
    const world = await BuildWorld.boot({ scheduler: nowhere });
    const { uuids } = await world.build(world.request(3));

    expect(uuids.map((uuid) => world.server(uuid).cell)).toEqual(['cell0', 'cell0', 'cell0']);
    expect(uuids.flatMap((uuid) => world.beside(uuid, 'fault#'))).toHaveLength(3);
    expect(world.notifications('compute_task.build_instances')).toHaveLength(3);
    expect(await leftOver(world)).toEqual([]);
  });

  test('those that their user deleted meanwhile are buried as deleted and the others in error, placed or not [CELL0-03]', async () => {
    const world = await BuildWorld.boot({
      scheduler: async ({ instanceUuids: [, second = ''] }, asked) => {
        await world.deleteBuildRequest(second);
        return asked === 1 ? nowhere() : [['host1'], ['host1']];
      },
    });
    await world.unmapHost('host1');

    const unplaced = await world.build(world.request(2));
    const placed = await world.build(world.request(2));

    const uuids = [...unplaced.uuids, ...placed.uuids];
    expect(
      uuids.map((uuid) => world.server(uuid)).map(({ cell, item }) => [cell, item['vm_state'], item['deleted']]),
    ).toEqual([
      ['cell0', 'error', false],
      ['cell0', 'error', true],
      ['cell0', 'error', false],
      ['cell0', 'error', true],
    ]);
    expect(uuids.map((uuid) => world.apiItem('build-requests', uuid, 'build-request'))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(await leftOver(world)).toEqual([]);
  });

  test.each([
    ['launch', 1],
    ['build', 2],
  ])(
    'without cell0 a %s fails, nothing changes, and a redrive after set-up buries it [CELL0-04]',
    async (by, servers) => {
      const world = await BuildWorld.boot({ scheduler: nowhere });
      await world.removeCell0();
      const [uuid = ''] = (await world.build(world.request(servers))).uuids;

      const [execution] = await world.executions(by);
      expect(execution).toMatchObject({ status: 'FAILED', error: 'CellMappingNotFound' });
      expect(world.servers(uuid)).toEqual([]);
      expect(world.apiItem('build-requests', uuid, 'build-request')).toBeDefined();
      expect(world.apiItem('mappings', uuid, 'mapping')?.['cell']).toBeNull();

      await seedCells(world.services, CELLS);
      const { deployment } = world.services.config;
      await world.world.runner.redriveExecution({
        executionArn: executionArn(deployment, by, execution?.name ?? ''),
      });
      await world.end();

      expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { vm_state: 'error' } });
      expect(await leftOver(world)).toEqual([]);
    },
  );

  test('CELL0-05 without a mapping it is buried all the same', async () => {
    const world = await BuildWorld.boot({
      scheduler: async ({ instanceUuids: [uuid = ''] }) => {
        await world.platform.tables.delete('mappings', { pk: `instance#${uuid}`, sk: 'mapping' });
        return nowhere();
      },
    });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { vm_state: 'error' } });
    expect(await leftOver(world)).toEqual([]);
  });

  test('CELL0-06 one that the user deleted is recorded as deleted, without delete events', async () => {
    const world = await BuildWorld.boot({
      scheduler: async ({ instanceUuids: [uuid = ''] }) => {
        await world.deleteBuildRequest(uuid);
        return nowhere();
      },
    });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { deleted: true, vm_state: 'error' } });
    expect(world.notifications()).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test.each([
    ['an own', 1],
    ['a common', 2],
  ])(
    'with more devices than one transaction takes is buried with all of them, in %s request',
    async (_title, count) => {
      const world = await BuildWorld.boot();
      const command = world.request(count);
      const [device] = objectsOf(command.args.block_device_mapping);
      if (device === undefined) throw new Error('a request has a device');
      const objects = Array.from({ length: 150 }, (_, at) =>
        setFields(device, { boot_index: at, volume_id: `v${at}` }),
      );
      const block_device_mapping = newObject('BlockDeviceMappingList', '1.18', { objects });

      await world.build(withArgs({ block_device_mapping })(command));

      for (const uuid of command.uuids) {
        expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { vm_state: 'error' } });
        const devices = world.beside(uuid, 'block-device#');
        expect(new Set(devices.map(({ volume_id }) => volume_id))).toEqual(new Set(objects.map((_, at) => `v${at}`)));
        expect(new Set(devices.map(({ instance_uuid }) => instance_uuid))).toEqual(new Set([uuid]));
        expect(devices).toHaveLength(150);
        expect(world.beside(uuid, 'fault#')).toMatchObject([{ message: expect.stringContaining('150 devices') }]);
      }
      expect(await leftOver(world)).toEqual([]);
    },
  );

  test('with more devices than one transaction takes, deleted meanwhile, leaves none of them', async () => {
    const world: BuildWorld = await BuildWorld.boot({
      // The user deletes it between the first devices and the server itself.
      adapt: (services) => ({
        ...services,
        tables: watching(services.tables, {
          transact: async (actions) => {
            if (actions.length >= 90) await world.deleteBuildRequest(command.uuids[0] ?? '');
            return services.tables.transact(actions);
          },
        }),
      }),
    });
    const command = world.request();
    const [device] = objectsOf(command.args.block_device_mapping);
    const objects = Array.from({ length: 150 }, () => device ?? null);

    await world.build(
      withArgs({ block_device_mapping: newObject('BlockDeviceMappingList', '1.18', { objects }) })(command),
    );

    const [uuid = ''] = command.uuids;
    expect(world.server(uuid)).toMatchObject({ cell: 'cell0', item: { deleted: true } });
    expect(world.beside(uuid, 'block-device#')).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('CELL0-07 devices, tags and the failed action are kept for its user, and the request spec stays', async () => {
    const world = await BuildWorld.boot({ scheduler: nowhere });
    const command = world.request();
    await world.build(withArgs({ tags: tags('t1') })(command));

    const [uuid = ''] = command.uuids;
    expect(world.beside(uuid, 'block-device#')).toHaveLength(1);
    expect(world.beside(uuid, 'tags')).toMatchObject([{ tags: ['t1'] }]);
    expect(world.beside(uuid, 'action#')).toMatchObject([{ action: 'create', message: 'Error' }]);
    expect(world.beside(uuid, 'event#')).toMatchObject([
      { event: 'conductor_schedule_and_build_instances', result: 'Error' },
    ]);
    expect(world.apiItem('build-requests', uuid, 'request-spec')).toBeDefined();
    expect(world.claims(uuid)).toEqual([]);
  });

  test('CELL0-08 SCHED-23 a scheduler that stays silent is asked max_attempts times', async () => {
    const world = await BuildWorld.boot({ scheduler: silent });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.scheduler?.asked).toHaveLength(3);
    expect(world.server(uuid).cell).toBe('cell0');
    expect(await leftOver(world)).toEqual([]);
  });

  test('SCHED-22 a scheduler that is silent once is asked again, and the build goes on', async () => {
    const world = await BuildWorld.boot({ scheduler: (_request, asked) => (asked === 1 ? silent() : ALTERNATES) });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.scheduler?.asked).toHaveLength(2);
    expect(world.server(uuid).item['vm_state']).toBe('active');
  });

  test('SCHED-24 NoValidHost is not asked about twice', async () => {
    const world = await BuildWorld.boot({ scheduler: nowhere });
    await world.build();

    expect(world.scheduler?.asked).toHaveLength(1);
    expect(isWireObject(world.scheduler?.asked[0]?.spec)).toBe(true);
  });
});
