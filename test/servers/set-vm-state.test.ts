import { describe, expect, test } from 'vitest';
import { faultOf } from '#conductor/fault';
import { seededIds } from '#adapters/memory/ids';
import { MemoryLog } from '#local/emulation/memory-log';
import { MemoryNotifier } from '#local/emulation/memory-notifier';
import { MemoryTables } from '#adapters/memory/tables';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { DEFAULTS, type Configuration } from '#ports/configuration';
import type { JsonMap } from '#ports/json';
import { InvalidInput, ServiceMisconfigured } from '#errors';
import { cleanUpNetworks } from '#servers/clean-up-networks';
import { BlockCounter } from '#records/block-counter';
import { instanceKey } from '#records/keys';
import { DELETION } from '#records/operation';
import { fieldsOf, mapOf } from '#wire/reading';
import { setVmStateAndNotify, type StateChange } from '#servers/set-vm-state';
import { newObject } from '#wire/wire';
import { rejected } from '../fixtures/rejected.ts';
import { destinationRequest, requestSpec } from '../fixtures/request-spec.ts';

const { context } = destinationRequest();

function cellWith(item: JsonMap | undefined, config: Partial<Configuration> = {}) {
  const tables = new MemoryTables();
  const services = {
    tables,
    clock: new VirtualClock(),
    config: { ...DEFAULTS, ...config },
    counter: new BlockCounter(),
    ids: seededIds(1),
    log: new MemoryLog(),
    notifier: new MemoryNotifier(),
  };
  const stored =
    item === undefined
      ? Promise.resolve()
      : tables.put('cell-cell1', { uuid: 'u1', deleted: false, ...item, ...instanceKey('u1') });
  const items = (prefix: string) => (tables.dump()['cell-cell1'] ?? []).filter(({ sk }) => sk.startsWith(prefix));
  return { ...services, stored, items };
}

const change = (more: Partial<StateChange> = {}): StateChange => ({
  cell: { name: 'cell1', uuid: 'c1' },
  uuid: 'u1',
  method: 'build_instances',
  vm_state: 'error',
  task_state: null,
  failure: { name: 'NoValidHost', message: 'No valid host was found. x' },
  context,
  requestSpec: {},
  execution: 'e1',
  ...more,
});

describe('set_vm_state_and_notify', () => {
  test('FAULT-01 FAULT-04 saves the state, records a fault and publishes the failure with the spec as it is', async () => {
    const world = cellWith({ vm_state: 'building', task_state: 'scheduling' });
    await world.stored;
    const spec = { instance_properties: { uuid: 'u1' } };

    await setVmStateAndNotify(world, change({ requestSpec: spec }));

    expect(world.items('instance')).toMatchObject([{ vm_state: 'error', task_state: null }]);
    const [fault] = world.items('fault#');
    expect(fault).toMatchObject({ code: 500, message: 'No valid host was found. x', host: 'conductor' });
    expect(fault?.['details']).toEqual(expect.stringContaining('Traceback'));
    expect(world.notifier.sent).toMatchObject([
      {
        eventType: 'compute_task.build_instances',
        priority: 'ERROR',
        payload: {
          request_spec: spec,
          instance_properties: { uuid: 'u1' },
          reason: expect.stringContaining('NoValidHost'),
        },
      },
    ]);
  });

  test('NOTIF-04 publishes the changed vm_state too, where such changes are published, before the failure', async () => {
    const world = cellWith({ vm_state: 'building', task_state: 'scheduling' }, { notifyOnStateChange: 'vm_state' });
    await world.stored;

    await setVmStateAndNotify(world, change());

    expect(world.notifier.sent.map(({ eventType }) => eventType)).toEqual([
      'compute.instance.update',
      'compute_task.build_instances',
    ]);
    expect(world.notifier.sent[0]).toMatchObject({
      priority: 'INFO',
      publisherId: 'compute.conductor',
      payload: {
        instance_id: 'u1',
        old_state: 'building',
        state: 'error',
        old_task_state: 'scheduling',
        new_task_state: null,
      },
    });
  });

  test('NOTIF-04 a server that another task owns is left alone, so no change of it is published', async () => {
    const world = cellWith({ vm_state: 'active', task_state: 'rebuilding' }, { notifyOnStateChange: 'vm_state' });
    await world.stored;

    await setVmStateAndNotify(world, change({ whileTask: ['migrating'] }));

    expect(world.notifier.sent.map(({ eventType }) => eventType)).toEqual(['compute_task.build_instances']);
  });

  test.each(['deleted', 'soft-delete'])(
    'a server that its user has had deleted stays %s, whatever becomes of an operation on it',
    async (vm_state) => {
      const world = cellWith({ vm_state, task_state: null });
      await world.stored;

      await setVmStateAndNotify(world, change({ whileTask: ['resize_prep', null] }));

      expect(world.items('instance')).toMatchObject([{ vm_state, task_state: null }]);
    },
  );

  test('a server that its host has deleted loses the task that another host has set since, so that it can be restored', async () => {
    const world = cellWith({ vm_state: 'soft-delete', task_state: 'resize_prep' });
    await world.stored;

    await setVmStateAndNotify(world, change({ vm_state: 'active', whileTask: ['resize_prep', null] }));

    expect(world.items('instance')).toMatchObject([{ vm_state: 'soft-delete', task_state: null }]);
  });

  test.each([
    ['deleting', null],
    ['soft-deleting', '2026-11-22T12:00:00Z'],
  ])('a server whose user deletes it is %s again where a host has set another task', async (task_state, deleted_at) => {
    const world = cellWith({ vm_state: 'active', task_state: 'resize_prep', [DELETION]: true, deleted_at });
    await world.stored;

    await setVmStateAndNotify(world, change({ vm_state: 'active', whileTask: ['resize_prep', null] }));

    expect(world.items('instance')).toMatchObject([{ vm_state: 'active', task_state }]);
  });

  test('a spec object is published as its legacy map, with the properties that it has of the server [FAULT-02]', async () => {
    const world = cellWith({ vm_state: 'building' });
    await world.stored;
    const spec = { ...requestSpec({ instance_uuid: 'u1' }), 'nova_object.version': '1.14' };

    await setVmStateAndNotify(world, change({ requestSpec: spec }));

    const { request_spec: publishedSpec, instance_properties } = mapOf(world.notifier.sent[0]?.payload);
    expect(Object.keys(mapOf(publishedSpec)).toSorted()).toEqual([
      'image',
      'instance_properties',
      'instance_type',
      'num_instances',
    ]);
    expect(publishedSpec).toMatchObject({
      num_instances: 1,
      instance_properties: { uuid: 'u1', project_id: 'project' },
    });
    expect(instance_properties).toEqual(mapOf(publishedSpec)['instance_properties']);
  });

  test('FAULT-03 without a spec both are empty', async () => {
    const world = cellWith({ vm_state: 'building' });
    await world.stored;

    await setVmStateAndNotify(world, change());

    expect(world.notifier.sent).toMatchObject([{ payload: { request_spec: {}, instance_properties: {} } }]);
  });

  test('FAULT-05 an error of the caller has its own code and no details', () => {
    expect(faultOf({ name: 'UnableToMigrateToSelf', message: 'same host' })).toEqual({
      code: 400,
      message: 'same host',
      details: '',
    });
  });

  test('FAULT-06 a long message is cut to 255 bytes, never inside a character', () => {
    expect(faultOf({ name: 'Foo', message: 'a'.repeat(400) }).message).toHaveLength(255);
    expect(Buffer.byteLength(faultOf({ name: 'Foo', message: `a${'é'.repeat(200)}` }).message)).toBe(255);
    expect(Buffer.byteLength(faultOf({ name: 'Foo', message: 'é'.repeat(200) }).message)).toBe(254);
  });

  test('FAULT-07 an error without text is recorded by its name', () => {
    expect(faultOf({ name: 'Foo', message: '' }).message).toBe('Foo');
  });

  test('FAULT-08 a server that is gone gets neither fault nor event', async () => {
    const world = cellWith(undefined);

    expect(await rejected(setVmStateAndNotify(world, change()))).toMatchObject({ name: 'InstanceNotFound' });
    expect(world.items('fault#')).toEqual([]);
    expect(world.notifier.sent).toEqual([]);
  });

  test('FAULT-09 nothing else of the record changes', async () => {
    const world = cellWith({ vm_state: 'building', host: 'host1', progress: 50 });
    await world.stored;

    await setVmStateAndNotify(world, change());

    expect(world.items('instance')).toMatchObject([{ host: 'host1', progress: 50 }]);
  });

  test('a repeat under the same execution records one fault', async () => {
    const world = cellWith({ vm_state: 'building' });
    await world.stored;

    await setVmStateAndNotify(world, change());
    await setVmStateAndNotify(world, change());

    expect(world.items('fault#')).toHaveLength(1);
    expect(new Set(world.notifier.sent.map(({ messageId }) => messageId)).size).toBe(1);
  });
});

const networks = (network_id: string) =>
  newObject('NetworkRequestList', '1.1', { objects: [newObject('NetworkRequest', '1.3', { network_id })] });

async function cleaned(requested_networks: JsonMap | null, deleted = false, failure?: Error) {
  const world = cellWith({ system_metadata: { a: 'b' }, deleted });
  await world.stored;
  const asked: unknown[] = [];
  const network = {
    deallocateForInstance: async (_context: unknown, instance: JsonMap, requested: unknown) => {
      asked.push([fieldsOf(instance)['uuid'], requested]);
      if (failure !== undefined) throw failure;
    },
  };
  const item = { uuid: 'u1', system_metadata: { a: 'b' }, ...instanceKey('u1') };
  await cleanUpNetworks({ ...world, network }, 'cell1', item, { context, requested_networks });
  return { asked, metadata: world.items('instance')[0]?.['system_metadata'], log: world.log };
}

describe('the clean-up of networks', () => {
  test('NET-01 asks for nothing when none was requested, and notes it', async () => {
    const { asked, metadata } = await cleaned(networks('none'));

    expect(asked).toEqual([]);
    expect(metadata).toEqual({ a: 'b', network_allocated: 'False' });
  });

  test('NET-02 gives back automatic networks, and those of a request that says nothing', async () => {
    for (const requested of [networks('auto'), null]) {
      const { asked, metadata } = await cleaned(requested);
      expect(asked).toEqual([['u1', requested]]);
      expect(metadata).toMatchObject({ network_allocated: 'False' });
    }
  });

  test('NET-03 an error of the network service is logged, and nothing is noted', async () => {
    const { metadata, log } = await cleaned(null, false, new InvalidInput({ reason: 'port p: 500' }));

    expect(metadata).toEqual({ a: 'b' });
    expect(log.lines).toMatchObject([{ level: 'error' }]);
  });

  test('a network service that cannot be used leaves them for the next try', async () => {
    const trouble = { service: 'network', url: 'u', trouble: 'answered 403 to PUT', remedy: 'Give it the roles.' };

    await expect(cleaned(null, false, new ServiceMisconfigured(trouble))).rejects.toMatchObject({
      name: 'ServiceMisconfigured',
    });
  });

  test('NET-04 a deleted server is no error', async () => {
    const { metadata } = await cleaned(null, true);

    expect(metadata).toEqual({ a: 'b' });
  });
});
