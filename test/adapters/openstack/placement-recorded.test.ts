import { describe, expect, it } from 'vitest';
import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { OpenStackPlacement } from '#adapters/openstack/placement';
import { AllocationMoveFailed, AllocationUpdateFailed } from '#errors';
import { swapAllocations } from '#operations/allocation-swap';
import type { Json } from '#ports/json';
import type { Placement } from '#ports/placement';
import { instanceItem } from '#records/items/instance';
import { cellTable, computeNodeKey } from '#records/keys';
import { fieldOf, providersOf, resourcesOf } from '../../fixtures/placement/allocations-json.ts';
import { writtenLog } from '../../fixtures/openstack.ts';
import { CONTEXT, recordsOn, UUID } from '../../fixtures/records.ts';
import { memoryTables } from '../../fixtures/tables.ts';
import { recordedClient } from '../../fixtures/recorded-client.ts';
import { exchangesOf, heldExchange, type RecordedExchange } from '../../fixtures/endpoints/recorded-exchanges.ts';

const OWNER = { projectId: 'f6966a65d96850119c99bc14047f19d6', userId: '398423767b6e5491a50298f6b3b49abb' };
const NOTHING: Json = { allocations: {} };

const recorded = (...cases: readonly string[]): readonly RecordedExchange[] => exchangesOf('placement', ...cases);
const consumerOf = (exchange: RecordedExchange | undefined): string => exchange?.path.split('/').at(-1) ?? '';
/** The text of a Selection that a recorded PUT was made of. */
const requestOf = (put: RecordedExchange | undefined): string =>
  JSON.stringify({ allocations: fieldOf(put?.body, 'allocations'), mappings: fieldOf(put?.body, 'mappings') });
const holding = (allocations: Json, generation: number): Json => ({
  allocations,
  project_id: OWNER.projectId,
  user_id: OWNER.userId,
  consumer_generation: generation,
});

const four = <T>(value: T): T[] => [value, value, value, value];

const start = async (exchanges: readonly RecordedExchange[]) => {
  const { client, clock, log, lines, pauses, finish } = await recordedClient('placement', exchanges);
  const marks = memoryClaimMarks();
  const placement: Placement = new OpenStackPlacement({ client, clock, log, marks, random: () => 0.5 });
  return { placement, lines, pauses, finish };
};

describe('Placement as it was recorded', () => {
  it('a first claim reads, writes with mappings and generation null, and holds [PLACE-01]', async () => {
    const exchanges = recorded('claim-new');
    const { placement, finish } = await start(exchanges);
    const put = exchanges.find(({ method }) => method === 'PUT');

    const claimed = await placement.claim(consumerOf(put), requestOf(put), OWNER);
    const held = await placement.allocations(consumerOf(put));

    expect(await finish()).toEqual([]);
    expect(claimed).toBe(true);
    expect(held).toEqual(resourcesOf(fieldOf(put?.body, 'allocations')));
  });

  it.each(['claim-over-capacity', 'claim-above-max-unit', 'claim-class-without-inventory', 'claim-unknown-provider'])(
    'a refusal is false after one write: %s [PLACE-02]',
    async (name) => {
      const [put] = recorded(name);
      const { placement, finish } = await start([heldExchange(consumerOf(put), NOTHING), ...(put ? [put] : [])]);

      const claimed = await placement.claim(consumerOf(put), requestOf(put), OWNER);

      expect(await finish()).toEqual([]);
      expect(claimed).toBe(false);
    },
  );

  it('taking back a claim that was refused writes nothing', async () => {
    const [put] = recorded('claim-over-capacity');
    const nothing = heldExchange(consumerOf(put), NOTHING);
    const { placement, finish } = await start([nothing, nothing, ...(put ? [put] : [])]);
    await placement.claim(consumerOf(put), requestOf(put), OWNER, 'op');

    await placement.withdraw([consumerOf(put)], 'op');

    expect(await finish()).toEqual([]);
  });

  it('a move of a server that holds nothing writes nothing, and goes on [PLACE-09]', async () => {
    const { tables } = memoryTables();
    const node = { uuid: 'n', host: 'host1', hypervisor_hostname: 'node1', id: 1 };
    await tables.put(cellTable('cell1'), {
      ...computeNodeKey('n'),
      ...node,
      by_host: 'host1',
      by_host_sort: 'compute-node#n',
    });
    const { placement, finish } = await start([heldExchange('m', NOTHING), heldExchange(UUID, NOTHING)]);
    const records = recordsOn(tables);
    const instance = instanceItem({ uuid: UUID, host: 'host1', node: 'node1' });
    const cell = { name: 'cell1', uuid: 'c-1' };

    const swapped = await swapAllocations(
      { ...records, placement, log: writtenLog().log },
      { cell, context: CONTEXT, instance, migration: 'm' },
    );

    expect(swapped).toMatchObject({ swapped: false });
    expect(await finish()).toEqual([]);
  });

  it('a provider’s conflict is read and written again, after a pause [PLACE-03]', async () => {
    const put = recorded('provider-race').find(({ method }) => method === 'PUT');
    const nothing = heldExchange(consumerOf(put), NOTHING);
    const conflicts = put ? [put, put] : [];
    const done = put ? [{ ...put, status: 204, response: null }] : [];
    const { placement, pauses, finish } = await start([nothing, nothing, nothing, ...conflicts, ...done]);

    const claimed = await placement.claim(consumerOf(put), requestOf(put), OWNER);

    expect(await finish()).toEqual([]);
    expect(claimed).toBe(true);
    expect(pauses).toEqual([250, 500]);
  });

  it('four such conflicts end in false and a line of the log [PLACE-04]', async () => {
    const put = recorded('provider-race').find(({ method }) => method === 'PUT');
    const nothing = heldExchange(consumerOf(put), NOTHING);
    const { placement, lines, finish } = await start([...four(nothing), ...(put ? four(put) : [])]);

    const claimed = await placement.claim(consumerOf(put), requestOf(put), OWNER);

    expect(await finish()).toEqual([]);
    expect(claimed).toBe(false);
    expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
  });

  it('a consumer’s conflict is not repeated [PLACE-05]', async () => {
    const [put] = recorded('claim-again-as-new');
    const consumer = consumerOf(put);
    const other = holding({ '9e597aba-2c79-540f-b357-eca23fb73cd1': { resources: { VCPU: 1 } } }, 1);
    const reads = [heldExchange(consumer, NOTHING), heldExchange(consumer, other)];
    const { placement, finish } = await start([...reads, ...(put ? [put] : [])]);

    const claim = placement.claim(consumer, requestOf(put), OWNER);

    await expect(claim).rejects.toBeInstanceOf(AllocationUpdateFailed);
    expect(await finish()).toEqual([]);
  });

  it('a consumer that a refusal left behind is claimed for with generation 0 [PLACE-06]', async () => {
    const exchanges = recorded('claim-after-unknown-provider');
    const [put] = exchanges;
    const nothing = heldExchange(consumerOf(put), NOTHING);
    const { placement, finish } = await start([nothing, nothing, ...exchanges]);

    const claimed = await placement.claim(consumerOf(put), requestOf(put), OWNER);

    expect(await finish()).toEqual([]);
    expect(claimed).toBe(true);
  });

  it('a swap moves all that the server holds, in one request [PLACE-08, PLACE-16]', async () => {
    const exchanges = recorded('swap-to-migration');
    const post = exchanges.find(({ method }) => method === 'POST');
    const [server = '', migration = ''] = providersOf(post?.body);
    const { placement, finish } = await start(exchanges);
    const held = await placement.allocations(server);
    const [node = ''] = Object.keys(held);

    const swapped = await placement.setAndClear(migration, { [node]: held[node] ?? {} }, OWNER, server);

    expect(await finish()).toEqual([]);
    expect(swapped).toBe(true);
  });

  it('a bandwidth or device provider moves along, and a provider’s conflict is tried again [PLACE-08]', async () => {
    const exchanges = recorded('provider-race').filter(({ method }) => method !== 'PUT');
    const [held] = exchanges;
    const post = exchanges.find(({ method }) => method === 'POST');
    const [server = '', migration = ''] = providersOf(post?.body);
    const nothing = heldExchange(migration, NOTHING);
    const { placement, finish } = await start([nothing, nothing, ...exchanges, ...(held ? [held] : [])]);
    const node = '9e597aba-2c79-540f-b357-eca23fb73cd1';

    const swapped = await placement.setAndClear(migration, { [node]: { VCPU: 1 } }, OWNER, server);

    expect(await finish()).toEqual([]);
    expect(swapped).toBe(true);
  });

  it('a swap that meets a changed server fails [PLACE-10]', async () => {
    const [post] = recorded('swap-stale');
    const [server = '', migration = ''] = providersOf(post?.body);
    const source = holding(fieldOf(fieldOf(post?.body, migration), 'allocations') ?? null, 1);
    const reads = [heldExchange(server, source), heldExchange(migration, NOTHING)];
    const { placement, finish } = await start([...reads, ...(post ? [post] : [])]);

    const swap = placement.setAndClear(migration, resourcesOf(fieldOf(source, 'allocations')), OWNER, server);

    await expect(swap).rejects.toBeInstanceOf(AllocationMoveFailed);
    expect(await finish()).toEqual([]);
  });

  it('a swap that is done already writes nothing [PLACE-11]', async () => {
    const allocations = { node1: { resources: { VCPU: 1 } } };
    const reads = [heldExchange('server', NOTHING), heldExchange('migration', holding(allocations, 1))];
    const { placement, finish } = await start(reads);

    const swapped = await placement.setAndClear('migration', { node1: { VCPU: 1 } }, OWNER, 'server');

    expect(await finish()).toEqual([]);
    expect(swapped).toBe(true);
  });

  it('a revert replaces what the server holds of its destination [PLACE-12]', async () => {
    const exchanges = recorded('swap-back-over-destination');
    const [migrationRead, serverRead] = exchanges;
    const { placement, finish } = await start(exchanges);
    const held = resourcesOf(fieldOf(migrationRead?.response, 'allocations'));

    const reverted = await placement.setAndClear(consumerOf(serverRead), held, OWNER, consumerOf(migrationRead));

    expect(await finish()).toEqual([]);
    expect(reverted).toBe(true);
  });

  it('a rejected host goes with all of its tree [PLACE-13]', async () => {
    const exchanges = recorded('remove-provider-tree');
    const [read, tree] = exchanges;
    const provider = new URL(tree?.path ?? '', 'http://p').searchParams.get('in_tree') ?? '';
    const { placement, finish } = await start(exchanges);

    const removed = await placement.removeProvider(consumerOf(read), provider, {});

    expect(await finish()).toEqual([]);
    expect(removed).toBe(true);
  });

  it('a conflict while a host is rejected is read and written again [PLACE-14]', async () => {
    const exchanges = recorded('remove-provider-tree');
    const [read, tree, put] = exchanges;
    const [raced] = recorded('provider-race').filter(({ method }) => method === 'PUT');
    const conflict = put && raced ? [{ ...put, status: 409, response: raced.response }] : [];
    const provider = new URL(tree?.path ?? '', 'http://p').searchParams.get('in_tree') ?? '';
    const { placement, finish } = await start([...conflict, ...exchanges, ...(read ? [read] : [])]);

    const removed = await placement.removeProvider(consumerOf(read), provider, {});

    expect(await finish()).toEqual([]);
    expect(removed).toBe(true);
  });

  it('a release is sent without a microversion, and of nothing it is silent [PLACE-15]', async () => {
    const [gone, again] = [recorded('delete-allocations'), recorded('delete-allocations-again')];
    const { placement, lines, finish } = await start([...gone, ...again]);
    const consumer = consumerOf(gone[0]);

    const answers = [await placement.release(consumer), await placement.release(consumer)];

    expect(await finish()).toEqual([]);
    expect(answers).toEqual([true, false]);
    expect(lines.filter((line) => !line.startsWith('debug'))).toEqual([]);
  });

  it('an evacuation’s claim doubles what the server holds, and is taken back alone [PLACE-17]', async () => {
    const exchanges = recorded('evacuate-double');
    const [read, put] = exchanges;
    const consumer = consumerOf(read);
    const [host1 = '', host2 = ''] = providersOf(fieldOf(put?.body, 'allocations'));
    const doubled = heldExchange(consumer, holding(fieldOf(put?.body, 'allocations') ?? null, 3));
    const back = {
      allocations: { [host1]: { resources: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 } } },
      project_id: OWNER.projectId,
      user_id: OWNER.userId,
      consumer_generation: 3,
    };
    const reduced = put ? [{ ...put, microversion: '1.28', body: back }] : [];
    const { placement, finish } = await start([...exchanges, doubled, doubled, ...reduced]);
    const request = JSON.stringify({
      allocations: { [host2]: { resources: { VCPU: 1, MEMORY_MB: 512, DISK_GB: 1 } } },
    });

    const claimed = [
      await placement.claim(consumer, request, OWNER, 'op'),
      await placement.claim(consumer, request, OWNER, 'op'),
    ];
    await placement.withdraw([consumer], 'op');
    await placement.withdraw([consumer], 'op');

    expect(await finish()).toEqual([]);
    expect(claimed).toEqual([true, true]);
  });
});
