import { AllocationUpdateFailed, NoValidHost } from '#errors';
import { allocationRequestText, parseAllocationRequest } from '#wire/allocation-request';
import { FilterScheduler } from '#scheduler/manager';
import type { Provider } from '#ports/placement';
import type { DestinationRequest } from '#ports/scheduler';
import { aggregateKey, API, cellTable, serviceKey } from '#records/keys';
import { textOf } from '#wire/reading';
import { describe, expect, it } from 'vitest';
import { equalHosts, makeFleet, NOW, seededRandom } from '../fixtures/fleet.ts';
import { OfferingPlacement } from '../fixtures/placement/offering-placement.ts';
import { inventory, provider, uuidOf } from '../fixtures/provider.ts';
import { rejected } from '../fixtures/rejected.ts';
import { destinationRequest, flavor, instanceGroup, requestSpec, wireObject } from '../fixtures/request-spec.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { hostNames, instances } from './world.ts';

const OWNER = { projectId: 'p', userId: 'u' };
const PLAIN = { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 };
const room = (vcpus: number) => ({ VCPU: inventory(vcpus), MEMORY_MB: inventory(8192), DISK_GB: inventory(100) });

/** A scheduler over hosts that the cells know, with a placement that has providers of its own. */
async function world({ hosts = equalHosts(3), offered = hosts }: { hosts?: Provider[]; offered?: Provider[] } = {}) {
  const { tables } = memoryTables();
  const placement = new OfferingPlacement();
  await makeFleet(tables, hosts);
  for (const each of offered) await placement.saveProvider(each);
  const empty = placement.tables.dump();
  const scheduler = new FilterScheduler({ tables, clock: { now: () => NOW }, random: seededRandom(1), placement });
  const select = async (changes: Partial<DestinationRequest> = {}) =>
    hostNames(await scheduler.selectDestinations(destinationRequest(changes)));
  return { tables, placement, empty, scheduler, select };
}

describe('a scheduler that asks Placement for candidates', () => {
  it('claims on one of them, and its selections are what Placement offered', async () => {
    const { scheduler, placement } = await world();

    const [list] = await scheduler.selectDestinations(destinationRequest({ alternates: true }));

    const [chosen] = list ?? [];
    const node = textOf(chosen?.['nova_object.data']['compute_node_uuid']) ?? '';
    expect(list).toHaveLength(3);
    expect(JSON.parse(textOf(chosen?.['nova_object.data']['allocation_request']) ?? '')).toEqual({
      allocations: { [node]: { resources: PLAIN } },
      mappings: { '': [node] },
    });
    expect(await placement.allocations('instance-1')).toEqual({ [node]: PLAIN });
  });

  it('goes by the room that Placement answers, not by what nodes reported', async () => {
    const hosts = equalHosts(3);
    const offered = [provider(1, { inventories: room(0) }), provider(2), provider(3, { inventories: room(0) })];
    const { select } = await world({ hosts, offered });

    expect(await select()).toEqual([['host2']]);
  });

  it('leaves out candidates whose node no cell knows, and hosts that the cells know as down', async () => {
    const { select, tables } = await world({ hosts: equalHosts(2), offered: equalHosts(3) });
    await tables.update(cellTable('cell1'), serviceKey('host1', 'nova-compute'), {
      set: { last_seen_up: '2025-12-31T00:00:00Z' },
    });

    expect(await select()).toEqual([['host2']]);
  });

  it('sees the servers that it has placed, and takes the next host where a claim lost its race', async () => {
    const { select, placement } = await world({ hosts: equalHosts(2, { inventories: room(1) }) });
    const wanted: string[] = [];
    placement.beforeClaim = async (count, text) => {
      const [node = ''] = Object.keys(parseAllocationRequest(text) ?? {});
      wanted.push(node);
      if (count === 1) await placement.claim('somebody', allocationRequestText(node, { VCPU: 1 }), OWNER);
    };

    await select();
    const error = await rejected(select({ instanceUuids: ['instance-2'] }));

    const [lost = '', _somebody, won = ''] = wanted;
    expect(lost).not.toBe(won);
    expect(await placement.allocations('instance-1')).toEqual({ [won]: PLAIN });
    expect(error).toBeInstanceOf(NoValidHost);
  });

  it('is all or nothing', async () => {
    const { select, placement, empty } = await world({ hosts: equalHosts(2, { inventories: room(1) }) });

    const error = await rejected(select({ instanceUuids: instances(3) }));

    expect(error).toMatchObject({
      name: 'NoValidHost',
      message: expect.stringContaining('There are not enough hosts'),
    });
    expect(placement.tables.dump()).toEqual(empty);
  });

  it('gives back what it claimed for the others when somebody changes what one of the servers holds', async () => {
    const { select, placement, empty } = await world();
    placement.beforeClaim = (count) => {
      if (count === 2) throw new AllocationUpdateFailed({ consumer_uuid: 'instance-2', error: 'conflict' });
    };

    const error = await rejected(select({ instanceUuids: instances(2) }));

    expect(error).toBeInstanceOf(AllocationUpdateFailed);
    expect(placement.tables.dump()).toEqual(empty);
  });

  it('answers a repeated question with what it claimed before', async () => {
    const { scheduler, placement } = await world();
    const request = destinationRequest({ operation: 'op', instanceUuids: instances(2) });
    const first = await scheduler.selectDestinations(request);
    const held = placement.tables.dump();

    const again = await scheduler.selectDestinations({ ...request, repeated: true });

    expect(hostNames(again)).toEqual(hostNames(first));
    expect(placement.tables.dump()).toEqual(held);
  });

  it('answers a step that is tried again, which does not know that it is, with what it claimed before', async () => {
    const { scheduler, placement } = await world();
    const request = destinationRequest({ operation: 'op' });
    const first = await scheduler.selectDestinations(request);

    const again = await scheduler.selectDestinations(request);

    expect(hostNames(again)).toEqual(hostNames(first));
    expect(Object.keys(await placement.allocations('instance-1'))).toHaveLength(1);
  });

  it('places no new server that another operation has placed', async () => {
    const { select, placement } = await world();
    await placement.claim('instance-1', allocationRequestText(uuidOf(1), PLAIN), OWNER, 'other');

    const lists = await select({ fresh: true, instanceUuids: instances(2) });

    expect(lists.map((list) => list.length)).toEqual([0, 1]);
    expect(await placement.allocations('instance-1')).toEqual({ [uuidOf(1)]: PLAIN });
  });

  it('spreads the servers of a group that are to be apart', async () => {
    const { select } = await world();
    const spec = requestSpec({ instance_group: instanceGroup('anti-affinity', { hosts: ['host1'] }) });

    const lists = await select({ spec, instanceUuids: instances(2) });

    expect(lists.flat().toSorted()).toEqual(['host2', 'host3']);
  });
});

/** What Placement is asked for a request with these fields. */
const asked = async (
  changes: Parameters<typeof requestSpec>[0],
  zones: Readonly<Record<string, readonly string[]>> = {},
) => {
  const { placement, select, tables } = await world();
  for (const [at, [zone, hosts]] of Object.entries(zones).entries()) {
    const metadata = { availability_zone: zone };
    await tables.put(API, { ...aggregateKey(at + 1), id: at + 1, uuid: `in-${zone}`, hosts: [...hosts], metadata });
  }
  await select({ spec: requestSpec(changes) });
  return placement.asked;
};

describe('the question to Placement', () => {
  it('passes disabled hosts over, and has a limit', async () => {
    const [query] = await asked({});

    expect(query).toMatchObject({ limit: 1000, request: { rootForbidden: ['COMPUTE_STATUS_DISABLED'] } });
    expect(query).not.toHaveProperty('inTree');
  });

  it.each([
    ['a server group', { instance_group: instanceGroup('affinity') }],
    ['a hint about other servers [PLACE-20]', { scheduler_hints: { group: ['g'] } }],
  ])('has none with %s', async (_, changes) => {
    const [query] = await asked(changes);

    expect(query).not.toHaveProperty('limit');
  });

  it('is about the tree of a host that is named, and about aggregates that are asked for [ASKED-08]', async () => {
    const destination = { host: 'host2', aggregates: [], forbidden_aggregates: ['far'] };

    const [query] = await asked({ requested_destination: wireObject('Destination', destination) });

    expect(query).toMatchObject({ inTree: uuidOf(2), forbiddenAggregates: ['far'] });
  });

  it('is about the aggregates of the zone that is asked for', async () => {
    const zones = { east: ['host1', 'host2'], west: ['host3'] };

    const [query] = await asked({ availability_zone: 'east' }, zones);

    expect(query?.aggregates).toEqual([['in-east']]);
  });

  it('is about no aggregates for a zone that none of them names', async () => {
    const [query] = await asked({ availability_zone: 'nova' }, { east: ['host1'] });

    expect(query?.aggregates).toEqual([]);
  });

  it('is asked a second time where processors are to be dedicated [ASKED-04]', async () => {
    const queries = await asked({ flavor: flavor({ extra_specs: { 'hw:cpu_policy': 'dedicated' } }) });

    const amounts = queries.map(({ request }) => request.groups.get('')?.resources);
    expect(amounts).toEqual([
      { PCPU: 1, MEMORY_MB: 512, DISK_GB: 1 },
      { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 },
    ]);
  });
});
