import { MemoryLog } from '#local/emulation/memory-log';
import { allocationRequestText } from '#wire/allocation-request';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { claimed, providerKey, readProvider, type ProviderState } from '#placement/provider-item';
import type { Placement, Resources } from '#ports/placement';
import { PLACEMENT } from '#records/keys';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conflictingTables, type TestTables } from '../fixtures/tables.ts';
import { inventory, provider, uuidOf } from '../fixtures/provider.ts';

const OWNER = { projectId: 'p', userId: 'u' };
const ONE: Resources = { VCPU: 1 };

/** A request of one VCPU on the one provider, and of two on the other. */
const both = (left: string, right: string): string =>
  JSON.stringify({ allocations: { [left]: { resources: ONE }, [right]: { resources: { VCPU: 2 } } } });

/** What every placement must do, whatever tables it lies on. */
export function placementContract(name: string, start: () => Promise<TestTables>): void {
  describe(`embedded placement on ${name}`, () => {
    let world: TestTables;
    let placement: Placement;
    const log = new MemoryLog();
    let numbers = 0;

    beforeAll(async () => {
      world = await start();
      placement = new EmbeddedPlacement(world.tables, log);
    });

    afterAll(() => world.stop());

    const node = async (vcpus = 4): Promise<string> => {
      numbers += 1;
      await placement.saveProvider(provider(numbers, { inventories: { VCPU: inventory(vcpus) } }));
      return uuidOf(numbers);
    };
    /** The level of every line about a consumer. */
    const levelsOf = (consumer: string): string[] =>
      log.lines.filter(({ fields }) => fields['consumer'] === consumer).map(({ level }) => level);
    const consumerOf = (): string => `consumer-${(numbers += 1)}`;
    const state = async (uuid: string): Promise<ProviderState> => {
      const item = await world.tables.get(PLACEMENT, providerKey(uuid));
      return readProvider(item ?? { pk: '', sk: '' });
    };
    const claim = (consumer: string, uuid: string, resources = ONE, operation?: string): Promise<boolean> =>
      placement.claim(consumer, allocationRequestText(uuid, resources), OWNER, operation);

    it('RES-10 a first claim is recorded with project and user', async () => {
      const [node1, consumer] = [await node(), consumerOf()];

      expect(await claim(consumer, node1)).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({ [node1]: ONE });
      const item = await world.tables.get(PLACEMENT, { pk: `consumer#${consumer}`, sk: 'consumer' });
      expect(item).toMatchObject({ project_id: 'p', user_id: 'u' });
    });

    it('RES-11 a claim of a move holds both hosts', async () => {
      const [node1, node2, consumer] = [await node(), await node(), consumerOf()];
      await claim(consumer, node1);

      expect(await claim(consumer, node2)).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({ [node1]: ONE, [node2]: ONE });
    });

    it('RES-12 a shared provider is not claimed twice', async () => {
      const [node1, node2, shared, consumer] = [await node(), await node(), await node(), consumerOf()];
      await placement.claim(consumer, both(node1, shared), OWNER);

      await placement.claim(consumer, both(node2, shared), OWNER);

      const held = { [node1]: ONE, [node2]: ONE, [shared]: { VCPU: 2 } };
      expect(await placement.allocations(consumer)).toEqual(held);
      expect((await state(shared)).free).toEqual({ VCPU: 2 });
    });

    it('RES-13 a claim on the same host adds its amounts', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      await claim(consumer, node1);

      await claim(consumer, node1, { VCPU: 2 });

      expect(await placement.allocations(consumer)).toEqual({ [node1]: { VCPU: 3 } });
      expect((await state(node1)).free).toEqual({ VCPU: 1 });
    });

    it('RES-14 the list form of old requests is accepted', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      const text = JSON.stringify({ allocations: [{ resource_provider: { uuid: node1 }, resources: ONE }] });

      expect(await placement.claim(consumer, text, OWNER)).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({ [node1]: ONE });
    });

    it.each([
      ['RES-15 a conflict is tried again', 1, true, 2],
      ['RES-16 three conflicts refuse the claim', 3, false, 3],
    ])('%s', async (_, conflicts, answer, expected) => {
      const [node1, consumer] = [await node(), consumerOf()];
      let writes = 0;
      const tables = conflictingTables(world.tables, (written) => {
        writes = written;
        return written <= conflicts;
      });

      const claimedNow = await new EmbeddedPlacement(tables).claim(consumer, allocationRequestText(node1, ONE), OWNER);

      expect([claimedNow, writes]).toEqual([answer, expected]);
      expect((await state(node1)).free).toEqual({ VCPU: answer ? 3 : 4 });
    });

    it('a claim beyond the capacity is refused after one write, with a warning [RES-17]', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      const before = world.requests.length;

      expect(await claim(consumer, node1, { VCPU: 5 })).toBe(false);
      expect(world.requests.slice(before)).toEqual(['TransactWriteItems']);
      expect(levelsOf(consumer)).toEqual(['warn']);
      expect(await placement.allocations(consumer)).toEqual({});
    });

    it('a claim on a provider that is not there, or of a class that it lacks, is refused', async () => {
      const [node1, consumer] = [await node(), consumerOf()];

      expect(await claim(consumer, 'nowhere')).toBe(false);
      expect(await claim(consumer, node1, { CUSTOM_GOLD: 1 })).toBe(false);
      expect(await placement.claim(consumer, 'null', OWNER)).toBe(false);
    });

    it('the same operation again changes nothing, another one adds', async () => {
      const [node1, consumer] = [await node(), consumerOf()];

      const answers = [
        await claim(consumer, node1, ONE, 'op1'),
        await claim(consumer, node1, ONE, 'op1'),
        await claim(consumer, node1, ONE, 'op2'),
      ];

      expect(answers).toEqual([true, true, true]);
      expect(await placement.allocations(consumer)).toEqual({ [node1]: { VCPU: 2 } });
    });

    it('RES-23 removing one of two providers leaves the other', async () => {
      const [node1, node2, consumer] = [await node(), await node(), consumerOf()];
      await claim(consumer, node1);
      await claim(consumer, node2, ONE, 'op1');

      expect(await placement.removeProvider(consumer, node2, ONE)).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({ [node1]: ONE });
      expect((await state(node2)).free).toEqual({ VCPU: 4 });
      expect(await claim(consumer, node2, ONE, 'op1')).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({ [node1]: ONE, [node2]: ONE });
    });

    it('RES-24 removing from a same-host sum subtracts', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      await claim(consumer, node1, { VCPU: 3 });

      expect(await placement.removeProvider(consumer, node1, ONE)).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({ [node1]: { VCPU: 2 } });
      expect((await state(node1)).free).toEqual({ VCPU: 2 });
    });

    it('a rejected host that was the only one keeps nothing (Q21)', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      await claim(consumer, node1);

      expect(await placement.removeProvider(consumer, node1, ONE)).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({});
      expect((await state(node1)).free).toEqual({ VCPU: 4 });
    });

    it('removing a provider that is not held changes nothing, and logs a warning [RES-25]', async () => {
      const [node1, node9, consumer] = [await node(), await node(), consumerOf()];
      await claim(consumer, node1);

      const removed = await placement.removeProvider(consumer, node9, ONE);

      expect(removed).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({ [node1]: ONE });
      expect(levelsOf(consumer)).toEqual(['warn']);
    });

    it('removing from a consumer that holds nothing is refused, and logs an error [RES-26]', async () => {
      const [node1, consumer] = [await node(), consumerOf()];

      const removed = await placement.removeProvider(consumer, node1, ONE);

      expect(removed).toBe(false);
      expect(levelsOf(consumer)).toEqual(['error']);
    });

    it('RES-27 a release of nothing answers false, one of something frees it', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      await claim(consumer, node1, { VCPU: 4 });

      expect(await placement.release('nobody')).toBe(false);
      expect(await placement.release(consumer)).toBe(true);
      expect(await placement.allocations(consumer)).toEqual({});
      expect((await state(node1)).free).toEqual({ VCPU: 4 });
    });

    it('setAndClear hands an allocation from one consumer to another on a full host, and again is the same', async () => {
      const [node1, instance, migration] = [await node(), consumerOf(), consumerOf()];
      await claim(instance, node1, { VCPU: 4 });
      const swap = (): Promise<boolean> => placement.setAndClear(migration, { [node1]: { VCPU: 4 } }, OWNER, instance);

      expect([await swap(), await swap()]).toEqual([true, true]);
      expect(await placement.allocations(migration)).toEqual({ [node1]: { VCPU: 4 } });
      expect(await placement.allocations(instance)).toEqual({});
      expect((await state(node1)).free).toEqual({ VCPU: 0 });
    });

    it('setAndClear replaces the whole allocation of the consumer', async () => {
      const [node1, node2, instance, migration] = [await node(), await node(), consumerOf(), consumerOf()];
      await claim(migration, node1);
      await claim(instance, node2);

      expect(await placement.setAndClear(instance, { [node1]: ONE }, OWNER, migration)).toBe(true);
      expect(await placement.allocations(instance)).toEqual({ [node1]: ONE });
      expect((await state(node2)).free).toEqual({ VCPU: 4 });
    });

    it('setAndClear that the host has no room for changes nothing', async () => {
      const [node1, instance, migration] = [await node(), consumerOf(), consumerOf()];
      await claim(instance, node1, { VCPU: 4 });

      expect(await placement.setAndClear(migration, { [node1]: { VCPU: 5 } }, OWNER, instance)).toBe(false);
      expect(await placement.allocations(instance)).toEqual({ [node1]: { VCPU: 4 } });
    });

    it('saving a provider again keeps what is claimed, and costs one request while its capacity stays', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      await claim(consumer, node1, { VCPU: 3 });
      const facts = provider(Number(node1.slice(-12)), { inventories: { VCPU: inventory(4) }, runningVms: 1 });
      const before = world.requests.length;

      await placement.saveProvider(facts);

      expect(world.requests.slice(before)).toEqual(['UpdateItem']);
      expect(await state(node1)).toMatchObject({ provider: { runningVms: 1 }, free: { VCPU: 1 } });
    });

    it('an inventory that changes moves what is free, below zero when more is claimed than there is', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      const at = Number(node1.slice(-12));
      await claim(consumer, node1, { VCPU: 3 });

      await placement.saveProvider(
        provider(at, { inventories: { VCPU: inventory(2), MEMORY_MB: inventory(100, 1.5) } }),
      );

      expect((await state(node1)).free).toEqual({ VCPU: -1, MEMORY_MB: 150 });
      await placement.saveProvider(provider(at, { inventories: { VCPU: inventory(4) } }));
      expect((await state(node1)).free).toEqual({ VCPU: 1, MEMORY_MB: 0 });
    });

    it('the capacity index follows the free memory', async () => {
      const at = (numbers += 1);
      await placement.saveProvider(provider(at, { inventories: { MEMORY_MB: inventory(1000) } }));
      await claim(consumerOf(), uuidOf(at), { MEMORY_MB: 300 });

      const item = await world.tables.get(PLACEMENT, providerKey(uuidOf(at)));

      expect(item).toMatchObject({ by_capacity: 'compute#0', by_capacity_sort: 700, by_host: `host${at}` });
      expect(claimed({ MEMORY_MB: 300 })).toEqual({ 'free:MEMORY_MB': -300, by_capacity_sort: -300 });
    });

    it('a provider goes when nobody holds anything on it', async () => {
      const [node1, consumer] = [await node(), consumerOf()];
      await claim(consumer, node1);

      expect(await placement.deleteProvider(node1)).toBe(false);
      await placement.release(consumer);
      expect(await placement.deleteProvider(node1)).toBe(true);
      expect(await placement.deleteProvider(node1)).toBe(true);
    });

    it('50 racing claims never oversell a host', async () => {
      const node1 = await node(20);
      const consumers = Array.from({ length: 50 }, consumerOf);

      const answers = await Promise.all(consumers.map((consumer) => claim(consumer, node1)));

      const held = await Promise.all(consumers.map((consumer) => placement.allocations(consumer)));
      const holders = held.filter((allocations) => allocations[node1]).length;
      expect(answers.filter(Boolean)).toHaveLength(holders);
      expect(holders).toBeLessThanOrEqual(20);
      expect((await state(node1)).free).toEqual({ VCPU: 20 - holders });
    });
  });
}
