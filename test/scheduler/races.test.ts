import { EmbeddedPlacement } from '#placement/embedded-placement';
import { FilterScheduler } from '#scheduler/manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { equalHosts, makeFleet, NOW, seededRandom } from '../fixtures/fleet.ts';
import { inventory } from '../fixtures/provider.ts';
import { destinationRequest, instanceGroup, requestSpec } from '../fixtures/request-spec.ts';
import { emulatedTables, memoryTables, type TestTables } from '../fixtures/tables.ts';
import { hostNames, instances } from './world.ts';

const ROOM_FOR_FOUR = { VCPU: inventory(4), MEMORY_MB: inventory(4096), DISK_GB: inventory(100) };

describe.each([
  ['memory', () => Promise.resolve(memoryTables())],
  ['DynamoDB', emulatedTables],
])('requests that race on %s', (_, start) => {
  let world: TestTables;

  beforeAll(async () => {
    world = await start();
    await makeFleet(world.tables, equalHosts(10, { inventories: ROOM_FOR_FOUR }));
  });

  afterAll(() => world.stop());

  const scheduler = (seed: number): FilterScheduler =>
    new FilterScheduler({ tables: world.tables, clock: { now: () => NOW }, random: seededRandom(seed) });

  it('50 requests fill 10 hosts with room for 4 each and never more', async () => {
    const placement = new EmbeddedPlacement(world.tables);

    const settled = await Promise.allSettled(
      instances(50).map((instance, at) =>
        scheduler(at).selectDestinations(
          destinationRequest({ spec: requestSpec(), instanceUuids: [instance], alternates: true }),
        ),
      ),
    );

    const held = await Promise.all(instances(50).map((instance) => placement.allocations(instance)));
    const hosts = held.flatMap((allocations) => Object.keys(allocations));
    const most = Math.max(...[...Map.groupBy(hosts, (host) => host).values()].map((each) => each.length));
    const placed = settled.filter(({ status }) => status === 'fulfilled').length;
    expect(hosts).toHaveLength(placed);
    expect(placed).toBe(40);
    expect(most).toBe(4);
    for (const instance of instances(50)) {
      await placement.release(instance);
    }
  });

  it('requests of one anti-affinity group never share a host', async () => {
    const spec = requestSpec({ instance_group: instanceGroup('anti-affinity') });

    const settled = await Promise.allSettled(
      instances(12).map((instance, at) =>
        scheduler(at).selectDestinations(destinationRequest({ spec, instanceUuids: [instance] })),
      ),
    );

    const hosts = settled.flatMap((each) => (each.status === 'fulfilled' ? hostNames(each.value).flat() : []));
    expect(hosts).toHaveLength(10);
    expect(new Set(hosts).size).toBe(10);
  });
});
