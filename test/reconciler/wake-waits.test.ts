import { describe, expect, it } from 'vitest';
import { lookAround } from '#reconciler/round';
import { serviceKey } from '#records/keys';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';

const silent = (world: BuildWorld) =>
  world.platform.log.measured.findLast(({ metric }) => metric === 'silent_hosts')?.values;

describe('a round of the reconciler', () => {
  it('wakes what waits for a host that is down, and nothing else', async () => {
    const world = await BuildWorld.boot({
      scheduler: () => ALTERNATES,
      behaviour: () => ({ delay: 7_200_000 }),
      config: { waitSeconds: 7200 },
    });
    await world.publish(world.request());
    await world.clock.advance(5000);
    const looks = () => world.platform.log.lines.filter(({ message }) => message === 'host checked').length;
    world.world.fleet.host('host2').die();
    await world.clock.advance(1_800_000);

    expect(looks()).toBe(0);

    world.world.fleet.host('host1').die();
    await world.clock.advance(180_000);

    expect(looks()).toBe(1);
  });

  it('counts the silent hosts that nobody has declared dead', async () => {
    const world = await BuildWorld.boot();
    await lookAround(world.services);

    expect(silent(world)).toEqual([0]);

    world.world.fleet.host('host1').die();
    await world.clock.advance(120_000);

    expect(silent(world)).toEqual([1]);

    const key = serviceKey('host1', 'nova-compute');
    await world.platform.tables.update('cell-cell1', key, { set: { forced_down: true } });
    await lookAround(world.services);

    expect(silent(world)).toEqual([0]);
  });
});
