import { describe, expect, it } from 'vitest';
import type { ServiceGroup } from '#ports/service-group';
import { lookAround } from '#reconciler/round';
import { MAPPINGS, principalKey, serviceKey } from '#records/keys';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ALTERNATES } from '../fixtures/built.ts';
import { watching } from '../fixtures/watching.ts';

const found = (world: BuildWorld) =>
  world.platform.log.lines.filter(({ message }) => message === 'a host is down').length;

const silent = (world: BuildWorld) =>
  world.platform.log.measured.findLast(({ metric }) => metric === 'silent_hosts')?.values;

/** A server on whose host its launch waits. */
async function waiting(): Promise<BuildWorld> {
  const world = await BuildWorld.boot({
    scheduler: () => ALTERNATES,
    behaviour: () => ({ delay: 7_200_000 }),
    config: { waitSeconds: 7200 },
  });
  await world.publish(world.request());
  return world;
}

describe('a round of the reconciler', () => {
  it('wakes what waits for a host that is down, and nothing else', async () => {
    const world = await waiting();
    await world.clock.advance(5000);
    const looks = () => world.platform.log.lines.filter(({ message }) => message === 'host checked').length;
    world.world.fleet.host('host2').die();
    await world.clock.advance(1_800_000);

    expect(looks()).toBe(0);

    world.world.fleet.host('host1').die();
    await world.clock.advance(180_000);

    expect(looks()).toBe(1);
  });

  it('sends no pulse to cell0, which has no hosts', async () => {
    const world = await BuildWorld.boot();

    await lookAround(world.services);

    const without = world.platform.log.lines.filter(({ message }) => message.startsWith('a cell got no pulse'));
    expect(without).toEqual([]);
  });

  it('enters its own role, by which the functions of the cells know its pulses', async () => {
    const { services } = await BuildWorld.boot();

    await lookAround({ ...services, config: { ...services.config, roleId: 'AROAEXAMPLE' } });

    expect(await services.tables.get(MAPPINGS, principalKey('AROAEXAMPLE'))).toMatchObject({ role: 'conductor' });
  });

  it('says once that a host is down, until it is down anew', async () => {
    const world = await BuildWorld.boot();
    const host1 = world.world.fleet.host('host1');
    await world.clock.advance(60_000);
    host1.die();
    await world.clock.advance(1_200_000);

    expect(found(world)).toBe(1);

    await host1.start();
    await world.clock.advance(120_000);
    host1.die();
    await world.clock.advance(300_000);

    expect(found(world)).toBe(2);
  });

  it('looks no more after a host that has been down for ten minutes', async () => {
    const world = await BuildWorld.boot();
    await world.clock.advance(60_000);
    world.world.fleet.host('host1').die();
    await world.clock.advance(1_200_000);
    const asked: string[] = [];
    const { serviceGroup } = world.services;
    const verdict: ServiceGroup['verdict'] = (cell, host) => {
      asked.push(host);
      return serviceGroup.verdict(cell, host);
    };

    await lookAround({ ...world.services, serviceGroup: watching(serviceGroup, { verdict }) });

    expect(asked).toEqual([]);
  });

  it('finds nobody down where a whole cell is silent, and wakes nothing', async () => {
    const world = await waiting();
    await world.clock.advance(60_000);
    for (const host of ['host1', 'host2', 'host3']) world.world.fleet.host(host).die();
    await world.clock.advance(300_000);

    expect(silent(world)).toEqual([3]);
    expect(found(world)).toBe(0);
    expect(world.platform.log.lines.map(({ message }) => message)).not.toContain('host checked');
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
