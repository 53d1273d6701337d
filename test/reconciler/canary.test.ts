import { describe, expect, it } from 'vitest';
import { tendCanaries } from '#reconciler/canary';
import { API, canaryKey } from '#records/keys';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';

/** A deployment with a canary on host1, whose reconciler looks at it once a minute. */
async function canaryWorld(options: BuildWorldOptions = {}) {
  const world = await BuildWorld.boot({ config: { canaryHosts: ['host1'], canaryMinutes: 15 }, ...options });
  const round = async (): Promise<void> => {
    await tendCanaries(world.services);
    await world.end();
  };
  const minutes = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      await world.clock.advance(60_000);
      await round();
    }
  };
  const failures = () => world.platform.log.lines.filter(({ message }) => message === 'a canary has failed');
  const known = () => world.platform.tables.get(API, canaryKey('host1'));
  return { world, round, minutes, failures, known };
}

describe('a canary', () => {
  it('is built on its host and deleted again, and the next one comes after its time', async () => {
    const { failures, known, minutes, round, world } = await canaryWorld();

    await round();
    await minutes(2);
    const after = await known();
    await minutes(15);

    expect(after).toMatchObject({ phase: null, failed: false, instance_uuid: null });
    expect(world.orders().map(({ host, method }) => [host, method])).toEqual([
      ['host1', 'build_and_run_instance'],
      ['host1', 'terminate_instance'],
      ['host1', 'build_and_run_instance'],
    ]);
    expect(failures()).toEqual([]);
    await minutes(2);
    expect(await leftOver(world)).toEqual([]);
  });

  it('that ends in error is logged, deleted, and fails until one comes to its end', async () => {
    let broken = true;
    const { failures, known, minutes, round, world } = await canaryWorld({
      behaviour: () => (broken ? { abort: 'broken' } : 'build'),
    });

    await round();
    await minutes(3);
    const failed = await known();
    broken = false;
    await minutes(20);
    const mended = await known();

    expect(failures()).toMatchObject([{ fields: { host: 'host1', reason: 'building: error' } }]);
    expect(failed).toMatchObject({ phase: null, failed: true });
    expect(mended).toMatchObject({ failed: false });
    expect(await leftOver(world)).toEqual([]);
  });

  it('is made of the image that canaryImage names', async () => {
    const image = 'b0000000-0000-4000-8000-00000000c0c0';
    const { world, round } = await canaryWorld({ config: { canaryHosts: ['host1'], canaryImage: image } });

    await round();

    expect(JSON.stringify(world.orders()[0]?.args['instance'])).toContain(`"image_ref":"${image}"`);
  });

  it('of a host that is not there is logged, and keeps no other from being looked at', async () => {
    const { world, round, minutes } = await canaryWorld({ config: { canaryHosts: ['nowhere', 'host1'] } });

    await round();
    await minutes(3);

    expect(world.orders().map(({ host }) => host)).toEqual(['host1', 'host1']);
    expect(world.platform.log.lines).toContainEqual(
      expect.objectContaining({ message: 'a canary has failed', fields: expect.objectContaining({ host: 'nowhere' }) }),
    );
    expect(await leftOver(world)).toEqual([]);
  });
});
