import { describe, expect, it } from 'vitest';
import { offerCapacity } from '#operations/offered-capacity';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { cellTable, serviceKey } from '#records/keys';
import { FilterScheduler } from '#scheduler/manager';
import { MemoryTables } from '#adapters/memory/tables';
import type { Tables } from '#ports/tables';
import { makeEqualFleet, NOW, seededRandom } from '../fixtures/fleet.ts';
import { uuidOf } from '../fixtures/provider.ts';
import { destinationRequest } from '../fixtures/request-spec.ts';
import { TableMeter } from '../meter/table-meter.ts';
import { hostNames, instances } from './world.ts';

/** Hosts, and what is billed for what is asked of their tables from then on. */
async function fleetOf(count: number) {
  const meter = new TableMeter(['cell1']);
  let isMade = false;
  const tables = new MemoryTables({ onUse: (use) => (isMade ? meter.note(use) : undefined) });
  await makeEqualFleet(tables, count);
  isMade = true;
  return { meter, tables };
}

const schedulerOn = (tables: Tables, seed: number): FilterScheduler =>
  new FilterScheduler({ tables, clock: { now: () => NOW }, random: seededRandom(seed) });

/** Has a scheduler each place one of so many servers, all at once; answers their hosts. */
async function placedAtOnce(tables: Tables, count: number): Promise<string[]> {
  const lists = await Promise.all(
    instances(count).map((instance, at) =>
      schedulerOn(tables, at + 1).selectDestinations(
        destinationRequest({ instanceUuids: [instance], alternates: true }),
      ),
    ),
  );
  return lists.map((each) => hostNames(each)[0]?.[0] ?? '');
}

/** Disables the compute services of hosts, as a drain does. */
async function disable(tables: Tables, hosts: readonly number[]): Promise<void> {
  const placement = new EmbeddedPlacement(tables);
  for (const at of hosts) {
    const key = serviceKey(`host${at}`, 'nova-compute');
    const set = { host: `host${at}`, binary: 'nova-compute', disabled: true };
    const { item } = await tables.update(cellTable('cell1'), key, { set });
    await tables.put(cellTable('cell1'), {
      pk: `node#${at}`,
      sk: 'compute-node',
      uuid: uuidOf(at),
      by_host: `host${at}`,
      by_host_sort: `compute-node#${at}`,
    });
    await offerCapacity({ placement, tables }, 'cell1', item);
  }
}

describe('a thousand servers at once over ten thousand equal hosts', () => {
  it('land on eight hundred hosts at least, and four at most on one', { timeout: 120_000 }, async () => {
    const { tables } = await fleetOf(10_000);

    const hosts = await placedAtOnce(tables, 1000);

    const counts = Map.groupBy(hosts, (host) => host);
    expect(counts.has('')).toBe(false);
    expect(counts.size).toBeGreaterThanOrEqual(800);
    expect(Math.max(...[...counts.values()].map(({ length }) => length))).toBeLessThanOrEqual(4);
  });
});

describe('half of five thousand hosts drained', () => {
  const half = Array.from({ length: 2500 }, (_, at) => at);

  it('one server takes three requests and 25 read units at most', { timeout: 120_000 }, async () => {
    const { meter, tables } = await fleetOf(5000);
    await disable(
      tables,
      half.map((at) => 2 * at + 1),
    );
    const scheduler = schedulerOn(tables, 7);
    await scheduler.selectDestinations(destinationRequest({ alternates: true }));
    meter.reset();

    const [hosts = []] = hostNames(
      await scheduler.selectDestinations(destinationRequest({ alternates: true, instanceUuids: ['instance-2'] })),
    );

    expect(meter.units.requests).toBeLessThanOrEqual(3);
    expect(meter.units.read).toBeLessThanOrEqual(25);
    expect(hosts).toHaveLength(3);
    expect(hosts.every((host) => Number(host.slice('host'.length)) % 2 === 0)).toBe(true);
  });

  it('in a row, are asked for once and then left out', { timeout: 120_000 }, async () => {
    const { meter, tables } = await fleetOf(5000);
    await disable(
      tables,
      half.map((at) => at + 1),
    );
    const scheduler = schedulerOn(tables, 7);
    const place = (name: string) =>
      scheduler.selectDestinations(destinationRequest({ alternates: true, instanceUuids: [name] }));
    for (const instance of instances(20)) await place(`${instance}-before`);
    meter.reset();

    const placed = [];
    for (const instance of instances(50)) placed.push(...hostNames(await place(instance)).map(([host]) => host));

    expect(meter.units.requests / 50).toBeLessThanOrEqual(4);
    expect(new Set(placed).size).toBeGreaterThanOrEqual(45);
  });
});

describe('a hundred thousand hosts', () => {
  it('take two hundred servers at once, nearly each on a host of its own', { timeout: 240_000 }, async () => {
    const { meter, tables } = await fleetOf(100_000);

    const hosts = await placedAtOnce(tables, 200);

    expect(new Set(hosts).size).toBeGreaterThanOrEqual(190);
    // Each of these schedulers is new: it reads the aggregates, the cells and the number of partitions for itself.
    expect(meter.units.requests / 200).toBeLessThanOrEqual(7);
  });
});
