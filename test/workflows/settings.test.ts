import { describe, expect, test } from 'vitest';
import { REQUESTS } from '#records/keys';
import { numberOf } from '#wire/reading';
import { BuildWorld } from '../fixtures/build-world.ts';
import { checked, FORCED, node } from '../fixtures/live-moves.ts';
import { liveWorld } from '../fixtures/moves.ts';

/** Seconds within which a pulse shows that an answer, had it been given in time, would have been read. */
const SHOWN_BY_A_PULSE = 60;

describe('a setting of the deployment', () => {
  test('that skips the check of versions lets no other hypervisor pass', async () => {
    const moving = await liveWorld({ config: { skipHypervisorVersionCheckOnLm: true } });
    await node(moving, 'host2', { hypervisor_type: 'other', hypervisor_version: 6 });

    const answer = await moving.move(FORCED);

    expect(answer?.name).toBe('InvalidHypervisorType');
    expect(checked(moving)).toEqual([]);
  });

  test('that skips the check of versions lets a live migration go to an older hypervisor', async () => {
    const moving = await liveWorld({ config: { skipHypervisorVersionCheckOnLm: true } });
    await node(moving, 'host2', { hypervisor_version: 6 });

    const answer = await moving.move(FORCED);

    expect(answer).toBeNull();
    expect(checked(moving)).toEqual(['host2']);
  });

  test.each([30, 300])('bounds how long a destination may think (%d s)', async (longRpcTimeout) => {
    const moving = await liveWorld({ config: { longRpcTimeout, serviceDownTime: 86_400 } });
    moving.of.world.fleet.host('host2').die();
    const before = moving.of.clock.now();

    await moving.move(FORCED);

    expect(moving.faultRecords).toMatchObject([{ message: expect.stringContaining('Timeout while checking') }]);
    expect((moving.of.clock.now() - before) / 1000).toBeGreaterThanOrEqual(longRpcTimeout);
    expect((moving.of.clock.now() - before) / 1000).toBeLessThan(longRpcTimeout + SHOWN_BY_A_PULSE);
  });

  test('names the conductor in faults', async () => {
    const world = await BuildWorld.boot({ config: { host: 'conductor2', quota: { instances: 0, cores: 0, ram: 0 } } });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.beside(uuid, 'fault#')).toMatchObject([{ host: 'conductor2' }]);
  });

  test('is the zone of hosts that no aggregate gives one', async () => {
    const world = await BuildWorld.boot({ config: { defaultAvailabilityZone: 'az7' } });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item['availability_zone']).toBe('az7');
  });

  test.each([90, 120])('keeps the documents of requests for %d days', async (requestDays) => {
    const world = await BuildWorld.boot({ config: { requestDays } });
    const now = world.clock.now() / 1000;
    await world.publish(world.request());
    await world.clock.advance(1000);

    const kept = world.items(REQUESTS).filter(({ sk }) => sk === 'document');
    expect(kept.map((item) => Math.round(((numberOf(item['expires_at']) ?? 0) - now) / 86_400))).toEqual([requestDays]);
  });

  test.each([
    ['1.0', 'big'],
    ['-1.0', 'small'],
  ])('weighs memory by %s, so that a server goes to the %s host', async (multiplier, host) => {
    const hosts = [
      { host: 'big', cell: 'cell1', capacity: { vcpus: 8, memoryMb: 65_536, diskGb: 500 } },
      { host: 'small', cell: 'cell1', capacity: { vcpus: 8, memoryMb: 8192, diskGb: 500 } },
    ];
    const config = {
      weightClasses: ['nova.scheduler.weights.ram.RAMWeigher'],
      weightMultipliers: [`ram_weight_multiplier=${multiplier}`],
    };
    const world = await BuildWorld.boot({ hosts, config });
    const [uuid = ''] = (await world.build()).uuids;

    expect(world.server(uuid).item['host']).toBe(host);
  });
});
