import type { JsonMap } from '#ports/json';
import { describe, expect, it } from 'vitest';
import { equalHosts } from '../fixtures/fleet.ts';
import { inventory } from '../fixtures/provider.ts';
import { destinationRequest, instanceGroup, requestSpec } from '../fixtures/request-spec.ts';
import { hostNames, instances, schedulerWorld } from './world.ts';

const grouped = (policy: string, changes: JsonMap = {}) =>
  requestSpec({ instance_group: instanceGroup(policy, changes) });

/** Servers on each host, the fewest first. */
const counts = (hosts: readonly string[]): number[] =>
  [...Map.groupBy(hosts, (host) => host).values()].map((each) => each.length).toSorted((a, b) => a - b);

describe('anti-affinity', () => {
  it('puts the members of one request on different hosts', async () => {
    const { select } = await schedulerWorld();

    const lists = await select({ spec: grouped('anti-affinity'), instanceUuids: instances(3) });

    expect(counts(lists.flat())).toEqual([1, 1, 1]);
  });

  it('refuses one member more than there are hosts', async () => {
    const { select, tables, empty } = await schedulerWorld();

    const asked = select({ spec: grouped('anti-affinity'), instanceUuids: instances(4) });

    await expect(asked).rejects.toMatchObject({ name: 'NoValidHost' });
    const left = tables.dump()['placement']?.filter((item) => item['count'] !== 0);
    expect(left).toEqual(empty['placement']);
  });

  it('keeps requests that race apart, on as many hosts as there are', async () => {
    const { make } = await schedulerWorld({ hosts: equalHosts(5) });
    const requests = instances(8).map((instance) =>
      make().selectDestinations(destinationRequest({ spec: grouped('anti-affinity'), instanceUuids: [instance] })),
    );

    const settled = await Promise.allSettled(requests);

    const placed = settled.flatMap((each) => (each.status === 'fulfilled' ? hostNames(each.value).flat() : []));
    expect(counts(placed)).toEqual([1, 1, 1, 1, 1]);
  });

  it('lets as many members onto a host as the group allows, also when they race', async () => {
    const { make } = await schedulerWorld({ hosts: equalHosts(2) });
    const spec = grouped('anti-affinity', { _rules: { max_server_per_host: '2' } });
    const requests = instances(6).map((instance) =>
      make().selectDestinations(destinationRequest({ spec, instanceUuids: [instance] })),
    );

    const settled = await Promise.allSettled(requests);

    const placed = settled.flatMap((each) => (each.status === 'fulfilled' ? hostNames(each.value).flat() : []));
    expect(counts(placed)).toEqual([2, 2]);
  });

  it('a released member makes room, one that moves is counted on both hosts', async () => {
    const { select, placement } = await schedulerWorld({ hosts: equalHosts(2) });
    const spec = grouped('anti-affinity');
    const [[first = ''] = []] = await select({ spec, instanceUuids: ['a'], operation: 'build' });

    const [[second] = []] = await select({ spec, instanceUuids: ['a'], operation: 'move' });
    const third = select({ spec, instanceUuids: ['b'] });

    await expect(third).rejects.toMatchObject({ name: 'NoValidHost' });
    await placement.release('a');
    expect(new Set([first, second])).toEqual(new Set(['host1', 'host2']));
    expect((await select({ spec, instanceUuids: ['b', 'c'] })).flat().toSorted()).toEqual(['host1', 'host2']);
  });

  it('counts members that the conductor found although no claim of theirs was guarded', async () => {
    const { select } = await schedulerWorld({ hosts: equalHosts(2) });

    expect(await select({ spec: grouped('anti-affinity', { hosts: ['host1'] }) })).toEqual([['host2']]);
  });
});

describe('affinity', () => {
  it('keeps the members of one request together', async () => {
    const { select } = await schedulerWorld();

    const lists = await select({ spec: grouped('affinity'), instanceUuids: instances(3), alternates: true });

    expect(counts(lists.flat())).toEqual([3]);
  });

  it('keeps first members that race together', async () => {
    const { make } = await schedulerWorld({ hosts: equalHosts(5) });
    const requests = instances(6).map((instance, seed) =>
      make(seed).selectDestinations(destinationRequest({ spec: grouped('affinity'), instanceUuids: [instance] })),
    );

    const lists = await Promise.all(requests);

    expect(counts(lists.flatMap((list) => hostNames(list)).flat())).toEqual([6]);
  });

  it('goes to the host of its members, found by name', async () => {
    const { select } = await schedulerWorld({ hosts: equalHosts(30), settings: { maxPlacementResults: 2 } });

    expect(await select({ spec: grouped('affinity', { hosts: ['host21'] }) })).toEqual([['host21']]);
  });

  it('starts anew on another host once all members are gone', async () => {
    const hosts = equalHosts(2, {
      inventories: { VCPU: inventory(1), MEMORY_MB: inventory(512), DISK_GB: inventory(9) },
    });
    const { select, placement } = await schedulerWorld({ hosts });
    const spec = grouped('affinity');
    const [[first] = []] = await select({ spec, instanceUuids: ['a'] });
    await placement.release('a');
    await select({ spec: requestSpec({ force_hosts: [first ?? ''] }), instanceUuids: ['other'] });

    const [[second] = []] = await select({ spec, instanceUuids: ['b'] });

    expect(new Set([first, second])).toEqual(new Set(['host1', 'host2']));
  });
});

describe('soft policies', () => {
  it('soft affinity prefers to stay together, soft anti-affinity to spread', async () => {
    const together = await schedulerWorld({ settings: { weightMultipliers: { soft_affinity_weight_multiplier: 10 } } });
    const apart = await schedulerWorld();

    const one = await together.select({ spec: grouped('soft-affinity'), instanceUuids: instances(3) });
    const other = await apart.select({ spec: grouped('soft-anti-affinity'), instanceUuids: instances(6) });

    expect(counts(one.flat())).toEqual([3]);
    expect(counts(other.flat())).toEqual([2, 2, 2]);
  });
});
