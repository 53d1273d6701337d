import { describe, expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import { registry } from '#objects/registry';
import type { Json, JsonMap } from '#ports/json';
import { isWireObject } from '#wire/reading';
import { TableThrottled } from '#ports/tables';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { watching } from '../fixtures/watching.ts';

const versions = Object.fromEntries([...registry].map(([name, { version }]) => [name, version]));

/** A project that may have one server, and has one in cell0; calls go to the API's conductor queue. */
async function buried(options: BuildWorldOptions = {}) {
  let full = true;
  const world = await BuildWorld.boot({
    ...options,
    scheduler: () => (full ? new NoValidHost({ reason: 'There are not enough hosts available.' }) : [['host1']]),
    config: { quota: { instances: 1, cores: 10, ram: 10_000 } },
  });
  const { uuids, context } = await world.build();
  full = false;
  const answered = async <T>(asked: Promise<T>): Promise<T> => {
    await world.clock.runUntil(
      asked.catch(() => undefined),
      60_000,
    );
    return asked;
  };
  const call = (name: string, method: string, args: Json[], named: JsonMap) =>
    answered(world.client.objectClassAction(context, name, method, versions, args, named));
  const read = (name: string, method: string, ...args: Json[]) => call(name, method, args, {});
  const act = async (object: Json, method: string) => {
    if (!isWireObject(object)) throw new Error('an object is expected');
    return answered(world.client.objectAction(context, object, method));
  };
  return { world, uuid: uuids[0] ?? '', call, read, act };
}

describe('a server that no host could take', () => {
  test('is read with its fault through the queue of the API', async () => {
    const { uuid, read } = await buried();

    const instance = await read('Instance', 'get_by_uuid', uuid);
    const fault = await read('InstanceFault', 'get_latest_for_instance', uuid);

    expect(instance).toMatchObject({ 'nova_object.data': { uuid, vm_state: 'error' } });
    expect(fault).toMatchObject({ 'nova_object.data': { instance_uuid: uuid, code: 500 } });
  });

  test.each<[name: string, method: string, args: (uuid: string) => Json[], named: (uuid: string) => JsonMap]>([
    ['InstanceList', 'get_by_filters', (uuid) => [{ uuid: [uuid] }], () => ({})],
    ['InstanceList', 'get_by_filters', () => [], (uuid) => ({ filters: { uuid } })],
    ['InstanceFaultList', 'get_by_instance_uuids', (uuid) => [[uuid]], () => ({})],
    ['BlockDeviceMappingList', 'get_by_instance_uuids', () => [], (uuid) => ({ instance_uuids: [uuid] })],
    ['MigrationList', 'get_by_filters', (uuid) => [{ instance_uuid: uuid }], () => ({})],
    ['TagList', 'get_by_resource_id', () => [], (uuid) => ({ resource_id: uuid })],
  ])('is found by %s.%s, however it is named', async (name, method, args, named) => {
    const { uuid, call } = await buried();

    const found = await call(name, method, args(uuid), named(uuid));

    expect(found).toMatchObject({ 'nova_object.name': name });
  });

  test('is found where it is not the first that is named', async () => {
    const { world, uuid, call } = await buried();
    const [device] = world.beside(uuid, 'block-device#');
    await world.platform.tables.put('cell-cell0', {
      ...device,
      pk: device?.pk ?? '',
      sk: device?.sk ?? '',
      volume_id: 'v1',
    });

    const found = await call('BlockDeviceMapping', 'get_by_volume_and_instance', ['v1', uuid], {});

    expect(found).toMatchObject({ 'nova_object.data': { instance_uuid: uuid, volume_id: 'v1' } });
  });

  test('is found as the object that is named', async () => {
    const { uuid, read } = await buried();

    const found = await read('EC2Ids', 'get_by_instance', await read('Instance', 'get_by_uuid', uuid));

    expect(found).toMatchObject({ 'nova_object.name': 'EC2Ids' });
  });

  test('is not looked for with servers that lie in other cells: those are asked for where they are', async () => {
    const { uuid, read } = await buried();

    const asked = read('InstanceFaultList', 'get_by_instance_uuids', [uuid, '99999999-9999-4999-8999-999999999999']);

    await expect(asked).rejects.toThrow('No cell is targeted');
  });

  test('is deleted through it, and gives its quota back', async () => {
    const { world, uuid, read, act } = await buried();

    await act(await read('Instance', 'get_by_uuid', uuid), 'destroy');
    const next = await world.build();

    expect(world.server(uuid).item).toMatchObject({ deleted: true });
    expect(world.server(next.uuids[0] ?? '').item).toMatchObject({ vm_state: 'active' });
  });

  test('gives its quota back once usage can be written again, however long after its deletion', async () => {
    let away = false;
    const { world, uuid, read, act } = await buried({
      tables: (tables) =>
        watching(tables, {
          transact: (actions) =>
            away && actions.some(({ table }) => table === 'api')
              ? Promise.reject(new TableThrottled('away'))
              : tables.transact(actions),
        }),
    });
    const instance = await read('Instance', 'get_by_uuid', uuid);

    away = true;
    await act(instance, 'destroy');
    await world.clock.advance(600_000);
    away = false;
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ deleted: true });
    expect(await leftOver(world)).toEqual([]);
  });
});
