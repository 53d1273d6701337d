import { describe, expect, it } from 'vitest';
import { setFields } from '#wire/wire';
import type { Configuration } from '#ports/configuration';
import type { Notification } from '#ports/notifier';
import type { JsonMap } from '#ports/json';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';

type Mode = Configuration['notifyOnStateChange'];

/** Has a server saved with other fields, as an API or a compute does, and answers what was published of it. */
async function saved(mode: Mode, states: JsonMap, fields: JsonMap, options: BuildWorldOptions = {}) {
  const world = await BuildWorld.boot({ ...options, config: { notifyOnStateChange: mode } });
  const server = await ExistingServer.build(world);
  await server.change(states);
  const before = world.notifications().length;
  const instance = setFields(server.instance, fields);
  const { context } = world.request();

  const saving = world.client.objectAction(context, instance, 'save', {}, { cell: server.cell });
  await world.clock.runUntil(saving, 60_000);

  await saving;
  const notifications: readonly Notification[] = world.notifications().slice(before);
  return { server, notifications, world };
}

const SCHEDULING = { vm_state: 'building', task_state: 'scheduling' };

describe('compute.instance.update on Instance.save', () => {
  it('NOTIF-05 of a changed task_state alone is a plain one in the mode vm_state: all states are the present ones', async () => {
    const { server, notifications } = await saved('vm_state', SCHEDULING, { task_state: null });

    expect(server.item['task_state']).toBeNull();
    expect(notifications).toMatchObject([
      {
        eventType: 'compute.instance.update',
        publisherId: 'compute.conductor',
        payload: {
          instance_id: server.uuid,
          old_state: 'building',
          state: 'building',
          old_task_state: null,
          new_task_state: null,
        },
      },
    ]);
    expect(notifications[0]?.payload).not.toHaveProperty('old_display_name');
  });

  it('holds the former task_state in the mode vm_and_task_state', async () => {
    const { notifications } = await saved('vm_and_task_state', SCHEDULING, { task_state: null });

    expect(notifications).toMatchObject([{ payload: { old_task_state: 'scheduling', new_task_state: null } }]);
  });

  it('holds the former vm_state in either mode', async () => {
    const { notifications } = await saved('vm_state', SCHEDULING, { vm_state: 'active', task_state: null });

    expect(notifications).toMatchObject([
      { payload: { old_state: 'building', state: 'active', old_task_state: 'scheduling', new_task_state: null } },
    ]);
  });

  it('holds the former name of a renamed server', async () => {
    const { notifications } = await saved('vm_state', { display_name: 'before' }, { display_name: 'after' });

    expect(notifications).toMatchObject([{ payload: { old_display_name: 'before', display_name: 'after' } }]);
  });

  it('NOTIF-02 is not sent by default', async () => {
    const { server, notifications } = await saved(null, SCHEDULING, { vm_state: 'active' });

    expect(server.item['vm_state']).toBe('active');
    expect(notifications).toEqual([]);
  });

  it('that cannot be sent is logged, and the caller has its answer', async () => {
    const { server, world } = await saved(
      'vm_state',
      SCHEDULING,
      { task_state: null },
      {
        adapt: (services) => ({
          ...services,
          notifier: { notify: () => Promise.reject(new Error('the bus is away')) },
        }),
      },
    );

    expect(server.item['task_state']).toBeNull();
    expect(world.platform.log.lines.filter(({ level }) => level === 'error')).not.toEqual([]);
  });
});
