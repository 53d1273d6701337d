import { describe, expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import { registry } from '#objects/registry';
import type { Json } from '#ports/json';
import { isWireObject } from '#wire/reading';
import { BuildWorld } from '../fixtures/build-world.ts';

const versions = Object.fromEntries([...registry].map(([name, { version }]) => [name, version]));

/** A project that may have one server, and has one in cell0; calls go to the API's conductor queue. */
async function buried() {
  let full = true;
  const world = await BuildWorld.boot({
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
  const read = (name: string, method: string, ...args: Json[]) =>
    answered(world.client.objectClassAction(context, name, method, versions, args, {}));
  const act = async (object: Json, method: string) => {
    if (!isWireObject(object)) throw new Error('an object is expected');
    return answered(world.client.objectAction(context, object, method));
  };
  return { world, uuid: uuids[0] ?? '', read, act };
}

describe('a server that no host could take', () => {
  test('is read with its fault through the queue of the API', async () => {
    const { uuid, read } = await buried();

    const instance = await read('Instance', 'get_by_uuid', uuid);
    const fault = await read('InstanceFault', 'get_latest_for_instance', uuid);

    expect(instance).toMatchObject({ 'nova_object.data': { uuid, vm_state: 'error' } });
    expect(fault).toMatchObject({ 'nova_object.data': { instance_uuid: uuid, code: 500 } });
  });

  test('is deleted through it, and gives its quota back', async () => {
    const { world, uuid, read, act } = await buried();

    await act(await read('Instance', 'get_by_uuid', uuid), 'destroy');
    const next = await world.build();

    expect(world.server(uuid).item).toMatchObject({ deleted: true });
    expect(world.server(next.uuids[0] ?? '').item).toMatchObject({ vm_state: 'active' });
  });
});
