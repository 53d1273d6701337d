import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { newObject } from '#wire/wire';
import { NoValidHost } from '#errors';
import type { Configuration } from '#ports/configuration';
import type { JsonMap, WireObject } from '#ports/json';
import type { Notifier } from '#ports/notifier';
import type { Services } from '#ports/services';
import { fieldsOf } from '#wire/reading';
import { objectQueue } from '#object-rpc/object-queue';
import { requestEnvelope } from '#wire/envelope';
import { BuildWorld, CELLS } from '../fixtures/build-world.ts';
import { built, tags, withArgs } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { rebuild, running } from '../fixtures/rebuilt-server.ts';
import { sqsEvent } from '../fixtures/endpoints/sqs-event.ts';

const BOTH = { notificationFormat: 'both', notifyOnStateChange: 'vm_state' } as const;

const nowhere = () => new NoValidHost({ reason: 'nothing left' });

/** The events of servers: computes that register are published as well. */
const ofServers = (world: BuildWorld) =>
  world.notifications().filter(({ eventType }) => !eventType.startsWith('service.'));

/** A bus that takes no event of these types. */
const broken =
  (eventTypes: readonly string[]) =>
  (services: Services): Services => {
    const notifier: Notifier = {
      notify: (notification) =>
        eventTypes.includes(notification.eventType)
          ? Promise.reject(new Error('the bus is away'))
          : services.notifier.notify(notification),
    };
    return { ...services, notifier };
  };

const data = (payload: JsonMap | undefined): JsonMap => fieldsOf(payload);

describe('notification_format both', () => {
  it('NOTIF-01 a new server is published as instance.update, by nova-conductor', async () => {
    const { world, uuid } = await built({ config: BOTH }, withArgs({ tags: tags('b', 'a') }));

    const [event, legacy] = [
      world.notifications('instance.update')[0],
      world.notifications('compute.instance.update')[0],
    ];
    expect(legacy).toMatchObject({ family: 'unversioned', publisherId: 'conductor.conductor' });
    expect(event).toMatchObject({
      family: 'versioned',
      priority: 'INFO',
      publisherId: 'nova-conductor:conductor',
      payload: { 'nova_object.name': 'InstanceUpdatePayload', 'nova_object.version': '2.1' },
    });
    expect(data(event?.payload)).toMatchObject({ uuid, state: 'building', task_state: 'scheduling', tags: [] });
    expect(fieldsOf(data(event?.payload)['state_update'])).toEqual({
      old_state: 'building',
      state: 'building',
      old_task_state: 'scheduling',
      new_task_state: 'scheduling',
    });
  });

  it('NOTIF-08 a request that is buried is published as compute_task.build_instances.error', async () => {
    const world = await BuildWorld.boot({ scheduler: nowhere, config: { notificationFormat: 'both' } });
    const [uuid = ''] = (await world.build()).uuids;

    expect(ofServers(world).map(({ eventType }) => eventType)).toEqual([
      'compute_task.build_instances',
      'compute_task.build_instances.error',
    ]);
    const [event] = world.notifications('compute_task.build_instances.error');
    expect(event).toMatchObject({ priority: 'ERROR', publisherId: 'nova-conductor:conductor' });
    const payload = data(event?.payload);
    expect(payload).toMatchObject({ instance_uuid: uuid, state: 'error' });
    expect(fieldsOf(payload['request_spec'])).toMatchObject({ instance_uuid: uuid, num_instances: 1, retry: null });
    expect(fieldsOf(payload['reason'])).toMatchObject({
      module_name: 'nova.conductor.manager',
      function_name: 'build_instances',
      exception: 'NoValidHost',
    });
    expect(JSON.stringify(event?.payload)).not.toContain('nova_object.changes');
  });

  it('NOTIF-09 a rebuild is published as instance.rebuild_scheduled, at the host that is to do it', async () => {
    const at = await running({ scheduler: () => [['host1']], config: { notificationFormat: 'both' } });

    await rebuild(at, { host: 'host1' });

    const [event] = at.world.notifications('instance.rebuild_scheduled');
    expect(event).toMatchObject({
      publisherId: 'nova-conductor:host1',
      payload: { 'nova_object.name': 'InstanceActionRebuildPayload', 'nova_object.version': '1.10' },
    });
    expect(data(event?.payload)).toMatchObject({
      uuid: at.server.uuid,
      state: 'active',
      task_state: 'rebuilding',
      request_id: at.context.request_id,
      block_devices: null,
      fault: null,
    });
  });
});

describe('notify_on_state_change', () => {
  it('NOTIF-04 a server that comes to be in error is published with the state that it had', async () => {
    const world = await BuildWorld.boot({ scheduler: nowhere, config: BOTH });
    await world.build();

    expect(world.notifications('compute.instance.update')).toMatchObject([
      { publisherId: 'compute.conductor', payload: { old_state: 'building', state: 'error' } },
    ]);
    const [event] = world.notifications('instance.update');
    expect(event?.publisherId).toBe('nova-compute:conductor');
    expect(fieldsOf(data(event?.payload)['state_update'])).toMatchObject({ old_state: 'building', state: 'error' });
  });

  it.each([
    ['NOTIF-05 a change of task alone is published with the present states', 'vm_state', 'rebuilding'],
    ['a change of task is published with the task before where tasks count', 'vm_and_task_state', 'spawning'],
  ] as const)('%s', async (_title, notifyOnStateChange, old_task_state) => {
    const { world, uuid } = await built({ config: { ...BOTH, notifyOnStateChange } });
    await world.services.tables.update(
      'cell-cell1',
      { pk: `instance#${uuid}`, sk: 'instance' },
      { set: { task_state: 'spawning' } },
    );
    const before = world.notifications().length;

    await objectQueue(world.services, CELLS[0])(save(uuid, { task_state: 'rebuilding' }));

    const [legacy, event] = world.notifications().slice(before);
    expect(legacy?.payload).toMatchObject({
      old_task_state,
      new_task_state: 'rebuilding',
      old_state: 'active',
      state: 'active',
    });
    expect(fieldsOf(data(event?.payload)['state_update'])).toMatchObject({
      old_task_state,
      new_task_state: 'rebuilding',
    });
  });

  it('a new name is published with the old one', async () => {
    const { world, uuid } = await built({ config: BOTH });
    const old_display_name = world.server(uuid).item['display_name'] ?? '';
    const before = world.notifications().length;

    await objectQueue(world.services, CELLS[0])(save(uuid, { display_name: 'other' }));

    const [legacy, event] = world.notifications().slice(before);
    expect(legacy?.payload).toMatchObject({ old_display_name, display_name: 'other' });
    expect(data(event?.payload)).toMatchObject({ old_display_name, display_name: 'other' });
  });

  it('a save that changes no column is not published', async () => {
    const { world, uuid } = await built({ config: BOTH });
    const before = world.notifications().length;

    await objectQueue(world.services, CELLS[0])(save(uuid, {}));

    expect(world.notifications().slice(before)).toEqual([]);
  });

  it('unset, saves are not published', async () => {
    const { world, uuid } = await built({ config: { notificationFormat: 'both' } });

    await objectQueue(world.services, CELLS[0])(save(uuid, { task_state: 'rebuilding' }));

    expect(ofServers(world)).toEqual([]);
  });
});

describe('service events', () => {
  it('a compute that registers is published in the versioned family, and its reports are not', async () => {
    const world = await BuildWorld.boot({ config: { notificationFormat: 'both' } });
    const service = { host: 'host9', binary: 'nova-compute', topic: 'compute', version: 64, report_count: 0 };
    const before = world.notifications().length;

    await objectQueue(world.services, CELLS[0])(action(newObject('Service', '1.22', service), 'create', 'c'));
    const item = world.items('cell-cell1').find(({ pk, host }) => pk.startsWith('service#') && host === 'host9');
    const known = newObject('Service', '1.22', { id: item?.['id'] ?? 0, host: 'host9', binary: 'nova-compute' });
    await objectQueue(world.services, CELLS[0])(action(changing(known, { report_count: 1 }), 'save', 'r'));
    await objectQueue(world.services, CELLS[0])(action(changing(known, { disabled: true }), 'save', 'd'));

    expect(world.notifications().slice(before)).toMatchObject([
      { eventType: 'service.create', publisherId: 'nova-compute:host9', family: 'versioned' },
      { eventType: 'service.update', publisherId: 'nova-compute:host9', family: 'versioned' },
    ]);
  });
});

describe('a notification bus that is away', () => {
  it.each(['unversioned', 'versioned', 'both'] as const)(
    'BUILD-17 NOTIF-06 a build goes on with notification_format %s',
    async (notificationFormat: Configuration['notificationFormat']) => {
      const adapt = broken(['compute.instance.update', 'instance.update']);
      const { world, uuid } = await built({ adapt, config: { ...BOTH, notificationFormat } });

      expect(world.server(uuid).item['vm_state']).toBe('active');
      expect(ofServers(world)).toEqual([]);
      expect(await leftOver(world)).toEqual([]);
    },
  );

  it('a save of a host is answered all the same', async () => {
    const { world, uuid } = await built({
      config: BOTH,
      adapt: broken(['compute.instance.update', 'instance.update']),
    });

    const settled = await objectQueue(world.services, CELLS[0])(save(uuid, { task_state: 'rebuilding' }));

    expect(settled).toMatchObject([{ status: 'fulfilled' }]);
    expect(world.server(uuid).item['task_state']).toBe('rebuilding');
  });
});

const CONTEXT = {
  request_id: 'req-1',
  user_id: 'u',
  project_id: null,
  is_admin: true,
  read_deleted: 'no',
  timestamp: '2026-11-22T12:00:00.000000',
};

/** A host's call of a method of an object. */
const action = (objinst: WireObject, objmethod: string, uniqueId: string): SQSEvent =>
  sqsEvent([
    requestEnvelope({
      method: 'object_action',
      version: '3.0',
      args: { objinst, objmethod, args: [], kwargs: {} },
      context: CONTEXT,
      uniqueId,
    }),
  ]);

const changing = (object: WireObject, fields: JsonMap): WireObject => ({
  ...object,
  'nova_object.data': { ...object['nova_object.data'], ...fields },
  'nova_object.changes': Object.keys(fields),
});

const save = (uuid: string, fields: JsonMap): SQSEvent =>
  action(changing(newObject('Instance', '2.7', { uuid }), fields), 'save', `save-${JSON.stringify(fields)}`);
