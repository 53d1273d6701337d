import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { allocationRequestText } from '#wire/allocation-request';
import { API, cellMappingKey, MAPPINGS } from '#records/keys';
import { fieldsOf, listOf, mapOf } from '#wire/reading';
import type { Json } from '#ports/json';
import { describe, expect, it } from 'vitest';
import { equalHosts, makeFleet } from '../fixtures/fleet.ts';
import { inventory, provider, uuidOf } from '../fixtures/provider.ts';
import { destinationRequest, flavor, requestSpec, wireObject } from '../fixtures/request-spec.ts';
import { conflictingTables } from '../fixtures/tables.ts';
import { instances, schedulerWorld } from './world.ts';

const OWNER = { projectId: 'p', userId: 'u' };
const small = (memory: number) => ({ VCPU: inventory(16), MEMORY_MB: inventory(memory), DISK_GB: inventory(100) });

describe('selectDestinations', () => {
  it('chooses the host with most room, claims it, and names alternates', async () => {
    const hosts = [512, 2048, 1024, 1536].map((memory, at) => provider(at + 1, { inventories: small(memory) }));
    const { select, placement } = await schedulerWorld({ hosts });

    const lists = await select({ alternates: true });

    expect(lists).toEqual([['host2', 'host4', 'host3']]);
    expect(await placement.allocations('instance-1')).toEqual({ [uuidOf(2)]: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 } });
  });

  it('a host whose processors are fewer than a flavor asks is passed over, whatever its ratio', async () => {
    const few = { VCPU: { ...inventory(4, 16), maxUnit: 4 }, MEMORY_MB: inventory(65_536), DISK_GB: inventory(100) };
    const { select } = await schedulerWorld({ hosts: [provider(1, { inventories: few }), provider(2)] });

    const lists = await select({ spec: requestSpec({ flavor: flavor({ vcpus: 8 }) }) });

    expect(lists).toEqual([['host2']]);
  });

  it('answers one host when no alternates are wanted', async () => {
    const { select } = await schedulerWorld();

    expect((await select()).map((list) => list.length)).toEqual([1]);
  });

  it('alternates are of the same cell', async () => {
    const elsewhere = { cell: 'cell2', cellUuid: uuidOf(900_002) };
    const hosts = [provider(1, { inventories: small(4096) }), provider(2, elsewhere), provider(3, elsewhere)];
    const { select } = await schedulerWorld({ hosts });

    const [list] = await select({ alternates: true, spec: requestSpec({ force_hosts: ['host1'] }) });
    const [other] = await select({ alternates: true, instanceUuids: ['instance-2'] });

    expect(list).toEqual(['host1']);
    expect(other?.toSorted()).toEqual(['host2', 'host3']);
  });

  it('each instance sees the earlier ones', async () => {
    const { select } = await schedulerWorld();

    const lists = await select({ instanceUuids: instances(3) });

    expect(lists.flat().toSorted()).toEqual(['host1', 'host2', 'host3']);
  });

  it('is all or nothing: what was claimed is released when one instance finds no host', async () => {
    const hosts = equalHosts(2, { inventories: small(1024) });
    const { select, tables, empty } = await schedulerWorld({ hosts });

    await expect(select({ instanceUuids: instances(5) })).rejects.toMatchObject({ name: 'NoValidHost' });

    expect(tables.dump()).toEqual(empty);
  });

  it('releases the transactions before the one that failed', async () => {
    const hosts = equalHosts(120, { inventories: small(512) });
    const { select, tables, requests, empty } = await schedulerWorld({ hosts });

    await expect(select({ instanceUuids: instances(121) })).rejects.toMatchObject({ name: 'NoValidHost' });

    expect(requests.filter((request) => request === 'TransactWriteItems').length).toBeGreaterThan(1);
    expect(tables.dump()).toEqual(empty);
  });

  it('reads the next page only when no host of this one passes', async () => {
    const { tables, select, requests } = await schedulerWorld({ hosts: [], settings: { maxPlacementResults: 2 } });
    await makeFleet(tables, equalHosts(4, { inventories: small(4096) }), { disabled: true });
    await makeFleet(tables, [provider(9, { inventories: small(2048) })]);
    requests.length = 0;

    expect(await select()).toEqual([['host9']]);
    expect(requests.filter((request) => request === 'Query')).toHaveLength(4);
  });

  it('asked again it answers the hosts that the instances hold, and claims nothing', async () => {
    const { select, tables, requests } = await schedulerWorld();
    const first = await select({ instanceUuids: instances(4) });
    const before = tables.dump();
    requests.length = 0;

    const again = await select({ instanceUuids: instances(4) });
    const known = await select({ instanceUuids: instances(4), repeated: true });

    expect(again).toEqual(first);
    expect(known).toEqual(first);
    expect(tables.dump()).toEqual(before);
    expect(requests.filter((request) => request === 'TransactWriteItems')).toHaveLength(1);
  });

  it('asked again on a cloud that it filled itself it answers the same hosts', async () => {
    const hosts = equalHosts(2, { inventories: small(1024) });
    const { select, tables } = await schedulerWorld({ hosts });
    const first = await select({ instanceUuids: instances(4) });
    const before = tables.dump();

    const again = await select({ instanceUuids: instances(4) });

    expect(again).toEqual(first);
    expect(tables.dump()).toEqual(before);
  });

  it('an instance that moves keeps what it holds and gets a second host', async () => {
    const { select, placement } = await schedulerWorld();
    await placement.claim('instance-1', allocationRequestText(uuidOf(1), { VCPU: 1 }), OWNER, 'its build');

    const [list] = await select({ spec: requestSpec({ ignore_hosts: ['host1'] }) });

    expect(list).not.toContain('host1');
    expect(Object.keys(await placement.allocations('instance-1'))).toHaveLength(2);
  });

  it('a move that fails leaves what the instance held', async () => {
    const { select, placement } = await schedulerWorld({ hosts: equalHosts(2) });
    await placement.claim('instance-1', allocationRequestText(uuidOf(1), { VCPU: 1 }), OWNER, 'its build');

    const move = select({
      instanceUuids: ['instance-1', 'instance-2'],
      spec: requestSpec({ ignore_hosts: ['host1'], flavor: flavor({ vcpus: 10 }) }),
    });

    await expect(move).rejects.toMatchObject({ name: 'NoValidHost' });
    expect(await placement.allocations('instance-1')).toEqual({ [uuidOf(1)]: { VCPU: 1 } });
  });

  it('looks again with the capacity that a refused claim has shown', async () => {
    const { scheduler, tables, placement } = await schedulerWorld({
      hosts: equalHosts(2, { inventories: small(512) }),
    });
    const stale = await Promise.all([
      scheduler.selectDestinations(destinationRequest()),
      scheduler.selectDestinations(destinationRequest({ instanceUuids: ['instance-2'] })),
    ]);

    expect(stale.flat()).toHaveLength(2);
    expect(Object.keys(await placement.allocations('instance-1'))).not.toEqual(
      Object.keys(await placement.allocations('instance-2')),
    );
    expect(tables.dump()['placement']?.filter((item) => item['free:MEMORY_MB'] === 0)).toHaveLength(2);
  });

  it('hosts that others fight for are passed over, and when no other is left it can be tried again', async () => {
    const refused = { from: 1, to: 3 };
    const { select } = await schedulerWorld({
      hosts: equalHosts(2),
      through: (tables) => conflictingTables(tables, (written) => refused.from <= written && written <= refused.to),
    });

    expect((await select()).flat()).toHaveLength(1);
    refused.to = Infinity;
    await expect(select({ instanceUuids: ['instance-2'] })).rejects.toMatchObject({ name: 'TransactionConflict' });
  });

  it.each([
    ['without candidates', flavor({ memory_mb: 1_000_000 }), ''],
    ['when filters leave none', flavor(), 'There are not enough hosts available.'],
  ])('NoValidHost says what Nova says %s', async (_, wanted, reason) => {
    const { select } = await schedulerWorld();

    const asked = select({ spec: requestSpec({ flavor: wanted, ignore_hosts: ['host1', 'host2', 'host3'] }) });

    await expect(asked).rejects.toMatchObject({
      message: expect.stringMatching(`^No valid host was found. ${reason}$`),
    });
  });

  it("RES-19 a claim is recorded with the spec's project and the context's user", async () => {
    const { select, tables } = await schedulerWorld();
    const context = { ...destinationRequest().context, user_id: 'admin' };

    await select({ spec: requestSpec({ project_id: 'p' }), context });

    const consumer = await tables.get('placement', { pk: 'consumer#instance-1', sk: 'consumer' });
    expect(consumer).toMatchObject({ project_id: 'p', user_id: 'admin' });
  });

  it('RES-18 a rebuild in place asks placement for nothing, even on a full host', async () => {
    const hosts = [provider(1, { inventories: small(100) })];
    const { scheduler, tables, empty } = await schedulerWorld({ hosts });
    const spec = requestSpec({ force_hosts: ['host1'], scheduler_hints: { _nova_check_type: ['rebuild'] } });

    const [[selection] = []] = await scheduler.selectDestinations(destinationRequest({ spec }));

    expect(fieldsOf(selection)).toMatchObject({
      service_host: 'host1',
      allocation_request: 'null',
      allocation_request_version: null,
    });
    expect(tables.dump()).toEqual(empty);
  });

  it('a disabled cell and the zone of an aggregate keep hosts out', async () => {
    const elsewhere = { cell: 'cell2', cellUuid: uuidOf(900_002) };
    const { tables, select } = await schedulerWorld({ hosts: [provider(1), provider(2), provider(3, elsewhere)] });
    await tables.put(MAPPINGS, { ...cellMappingKey(uuidOf(900_002)), disabled: true });
    const aggregate = { pk: 'aggregates', sk: 'aggregate#1', id: 1, uuid: 'a' };
    await tables.put(API, { ...aggregate, hosts: ['host2', 'host3'], metadata: { availability_zone: 'az1' } });

    const lists = await select({ spec: requestSpec({ availability_zone: 'az1' }), instanceUuids: instances(3) });

    expect(lists).toEqual([['host2'], ['host2'], ['host2']]);
  });

  it('a requested destination is found by its host, whatever room others have', async () => {
    const { select, requests } = await schedulerWorld({ hosts: equalHosts(50), settings: { maxPlacementResults: 2 } });
    const destination = wireObject('Destination', { host: 'host7', node: 'node7' });

    expect(await select({ spec: requestSpec({ requested_destination: destination }) })).toEqual([['host7']]);
    expect(requests.filter((request) => request === 'Query')).toHaveLength(2);
  });

  it('the same seed makes the same choices, and equal hosts share the requests', async () => {
    const [one, two] = [await run(7), await run(7)];

    expect(one).toEqual(two);
    expect(new Set(one.flat()).size).toBe(10);
  });

  it('a larger host subset draws among the best', async () => {
    const hosts = equalHosts(5).map((each, at) => ({ ...each, inventories: small(100_000 - at * 1000) }));
    const { select } = await schedulerWorld({ hosts, settings: { hostSubsetSize: 2 }, seed: 3 });

    const chosen = await Promise.all(instances(20).map((instance) => select({ instanceUuids: [instance] })));

    expect(new Set(chosen.flat(2)).size).toBeGreaterThan(1);
  });
});

const shared = process.env['SHARED_DIR'] ?? path.join(import.meta.dirname, '../../../shared');
const corpus = path.join(shared, 'corpus/rpc-boot.jsonl.gz');

describe.runIf(existsSync(corpus))('a Selection', () => {
  it('has the form of the recorded ones', async () => {
    const lines = gunzipSync(readFileSync(corpus)).toString().split('\n');
    const recorded = lines
      .filter((line) => line.includes('"method": "select_destinations"') && line.includes('"kind": "reply"'))
      .map((line): Json => JSON.parse(line))
      .flatMap((line) => listOf(mapOf(mapOf(line)['message'])['result']))
      .flatMap((list) => listOf(list));
    const { scheduler } = await schedulerWorld();

    const [[ours] = []] = await scheduler.selectDestinations(destinationRequest());

    expect(recorded.length).toBeGreaterThan(0);
    for (const theirs of recorded) {
      expect(formOf(ours ?? null)).toEqual(formOf(theirs));
    }
  });
});

/** The hosts of ten servers, asked for one after the other among ten equal hosts. */
async function run(seed: number): Promise<string[][]> {
  const { select } = await schedulerWorld({ hosts: equalHosts(10), seed });
  const answers: string[][] = [];
  for (const instance of instances(10)) {
    answers.push(...(await select({ instanceUuids: [instance] })));
  }
  return answers;
}

/** Everything of a Selection that does not name a host or an amount. */
function formOf(selection: Json): Json {
  const request = fieldsOf(selection)['allocation_request'];
  const parsed: Json = JSON.parse(typeof request === 'string' ? request : 'null');
  const { allocations, ...rest } = mapOf(parsed);
  return {
    ...mapOf(selection),
    'nova_object.data': {
      ...fieldsOf(selection),
      compute_node_uuid: '',
      service_host: '',
      nodename: '',
      cell_uuid: '',
      allocation_request: Object.values(mapOf(allocations)).map((entry) => Object.keys(mapOf(entry))),
      mappings: Object.keys(mapOf(rest['mappings'])),
    },
  };
}
