import { describe, expect, test } from 'vitest';
import { newObject } from '#wire/wire';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ALTERNATES, built } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';

describe('a message that is delivered twice', () => {
  test('DUP-01 builds its server once', async () => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES });
    const command = world.request();
    await world.build(command);
    await world.build(command);

    const [uuid = ''] = command.uuids;
    expect(world.server(uuid).item['vm_state']).toBe('active');
    for (const part of ['action#', 'block-device#']) expect(world.beside(uuid, part)).toHaveLength(1);
    expect(world.orders(uuid)).toHaveLength(1);
    expect(await leftOver(world)).toEqual([]);
  });

  test('DUP-01 builds its server once when both deliveries are at work at the same time', async () => {
    const world = await BuildWorld.boot({ scheduler: () => ALTERNATES });
    const command = world.request();
    await world.publish(command);
    await world.build(command);

    expect(world.orders(command.uuids[0])).toHaveLength(1);
    expect(await leftOver(world)).toEqual([]);
  });

  test.each([
    ['commit-to-cell', 2],
    ['build-on-host', 1],
  ])('a commit by %s whose answer is lost is not taken for a deletion by the user [DUP-02]', async (step, servers) => {
    let lost = 0;
    const world = await BuildWorld.boot({
      scheduler: () => [...ALTERNATES, ['host2']],
      around: async (run, event) => {
        const answer = await run();
        if (event.step !== step || (lost += 1) > 1) return answer;
        throw Object.assign(new Error('the answer was lost'), { name: 'Lambda.ServiceException' });
      },
    });
    const [uuid = ''] = (await world.build(world.request(servers))).uuids;

    expect(lost).toBe(servers + 1);
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', deleted: false });
    expect(world.orders(uuid)).toHaveLength(1);
    expect(world.notifications()).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });

  test('DUP-06 a server that was deleted after its build is not built again by a second delivery', async () => {
    const { world, command, uuid } = await built();
    const instance = newObject('Instance', '2.7', { uuid, id: 1, host: 'host1' });
    await world.clock.runUntil(
      world.client.objectAction(command.context, instance, 'destroy', {}, { cell: 'cell1' }),
      60_000,
    );
    await world.build(command);

    expect(world.server(uuid).item['deleted']).toBe(true);
    expect(world.orders(uuid)).toHaveLength(1);
  });
});
