import { EmbeddedPlacement } from '#placement/embedded-placement';
import { allocationRequestText } from '#wire/allocation-request';
import type { Inventory } from '#ports/placement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventory, provider, uuidOf } from '../fixtures/provider.ts';
import { emulatedTables, memoryTables, type TestTables } from '../fixtures/tables.ts';

const OWNER = { projectId: 'p', userId: 'u' };
const NODE = uuidOf(1);

describe.each([
  ['memory', () => Promise.resolve(memoryTables())],
  ['DynamoDB', emulatedTables],
])('units of inventories on %s', (_, start: () => Promise<TestTables>) => {
  let world: TestTables;
  let placement: EmbeddedPlacement;

  beforeAll(async () => {
    world = await start();
    placement = new EmbeddedPlacement(world.tables);
  });

  afterAll(() => world.stop());

  const saved = (units: Partial<Inventory>): Promise<void> =>
    placement.saveProvider(provider(1, { inventories: { VCPU: { ...inventory(4, 16), ...units } } }));
  const claim = (consumer: string, amount: number): Promise<boolean> =>
    placement.claim(consumer, allocationRequestText(NODE, { VCPU: amount }), OWNER);

  it.each([
    ['above the most that one consumer may hold', { maxUnit: 4 }, 8, 4],
    ['below the least', { minUnit: 4 }, 2, 4],
    ['between two steps', { stepSize: 4 }, 6, 8],
  ])('a claim %s is refused, and one that fits is taken', async (consumer, units, odd, even) => {
    await saved(units);

    const answers = [await claim(consumer, odd), await claim(consumer, even)];

    expect(answers).toEqual([false, true]);
    expect(await placement.allocations(consumer)).toEqual({ [NODE]: { VCPU: even } });
  });

  it('those that a provider does not report any more limit nothing', async () => {
    await saved({ minUnit: 4, maxUnit: 6, stepSize: 4 });
    await saved({});

    const answer = await claim('unlimited', 9);

    expect(answer).toBe(true);
  });

  it('what is handed over stays, whatever they are by now', async () => {
    await saved({});
    await claim('server', 6);
    await saved({ maxUnit: 4 });

    const answer = await placement.setAndClear('migration', { [NODE]: { VCPU: 6 } }, OWNER, 'server');

    expect(answer).toBe(true);
  });
});
