import { describe, expect, it } from 'vitest';
import { BuildWorld } from '../fixtures/build-world.ts';

/** Hosts of cell1, whose conductor queue nobody reads and into which nobody sends pulses while it is `away`. */
async function unheard() {
  const outage = { away: false };
  const world = await BuildWorld.boot({
    hosts: ['host1', 'host2'].map((host) => ({ host, cell: 'cell1', callSeconds: 3600 })),
    aroundBatch: async (run, queue) => {
      if (outage.away && queue !== 'compute-task') throw new Error('Service Unavailable');
      return run();
    },
  });
  await world.clock.advance(120_000);
  return { world, outage };
}

describe('a server that is asked for while no host could have been heard for longer than service_down_time', () => {
  it('is built, as without the outage, once hosts are heard again', async () => {
    const { world, outage } = await unheard();
    outage.away = true;
    await world.clock.advance(600_000);
    const command = world.request();
    await world.publish(command);
    await world.clock.advance(30_000);

    outage.away = false;
    await world.end();

    const [uuid = ''] = command.uuids;
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', task_state: null });
    expect(world.beside(uuid, 'fault#')).toEqual([]);
  });

  it('does not go to a host that had been silent before', async () => {
    const { world, outage } = await unheard();
    world.world.fleet.host('host1').die();
    await world.clock.advance(300_000);
    outage.away = true;
    await world.clock.advance(600_000);
    const command = world.request(5);
    await world.publish(command);
    await world.clock.advance(30_000);

    outage.away = false;
    await world.end();

    expect(command.uuids.map((uuid) => world.server(uuid).item['host'])).toEqual(Array(5).fill('host2'));
    expect(world.world.fleet.host('host1').received).toEqual([]);
  });
});

describe('a host that has died while all is well', () => {
  it('gets no work any more after a minute in which pulses were read', async () => {
    const { world } = await unheard();
    world.world.fleet.host('host1').die();
    await world.clock.advance(180_000);

    const { uuids } = await world.build(world.request(3));

    expect(uuids.map((uuid) => world.server(uuid).item['host'])).toEqual(['host2', 'host2', 'host2']);
  });
});
