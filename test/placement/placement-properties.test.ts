import { allocationRequestText } from '#wire/allocation-request';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { providerKey, readProvider } from '#placement/provider-item';
import type { Resources } from '#ports/placement';
import { PLACEMENT } from '#records/keys';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventory, provider, uuidOf } from '../fixtures/provider.ts';
import { memoryTables } from '../fixtures/tables.ts';

const OWNER = { projectId: 'p', userId: 'u' };
const CAPACITY = { VCPU: 8, MEMORY_MB: 1000 };
const NODES = [1, 2, 3];
const CONSUMERS = ['a', 'b', 'c', 'd'];

const amounts = fc.record({ VCPU: fc.integer({ min: 1, max: 6 }), MEMORY_MB: fc.integer({ min: 1, max: 700 }) });
const node = fc.constantFrom(...NODES).map(uuidOf);
const consumer = fc.constantFrom(...CONSUMERS);

type Move = (placement: EmbeddedPlacement) => Promise<unknown>;

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(consumer, node, amounts).map(
    ([who, where, what]): Move =>
      (placement) =>
        placement.claim(who, allocationRequestText(where, what), OWNER),
  ),
  consumer.map(
    (who): Move =>
      (placement) =>
        placement.release(who),
  ),
  fc.tuple(consumer, node, amounts).map(
    ([who, where, what]): Move =>
      (placement) =>
        placement.removeProvider(who, where, what),
  ),
  fc
    .tuple(consumer, consumer, node, amounts)
    .filter(([who, other]) => who !== other)
    .map(
      ([who, other, where, what]): Move =>
        (placement) =>
          placement.setAndClear(who, { [where]: what }, OWNER, other),
    ),
);

async function world() {
  const { tables } = memoryTables();
  const placement = new EmbeddedPlacement(tables);
  const inventories = { VCPU: inventory(CAPACITY.VCPU), MEMORY_MB: inventory(CAPACITY.MEMORY_MB) };
  await Promise.all(NODES.map((at) => placement.saveProvider(provider(at, { inventories }))));
  const free = async (uuid: string): Promise<Resources> =>
    readProvider((await tables.get(PLACEMENT, providerKey(uuid))) ?? { pk: '', sk: '' }).free;
  return { tables, placement, free };
}

describe('claims', () => {
  it('what is free and what is held always make up the capacity, whatever is claimed, moved and released', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { maxLength: 30 }), fc.boolean(), async (steps, together) => {
        const { placement, free } = await world();

        if (together) {
          await Promise.allSettled(steps.map((step) => step(placement)));
        } else {
          for (const step of steps) {
            await step(placement);
          }
        }

        const held = await Promise.all(CONSUMERS.map((who) => placement.allocations(who)));
        for (const at of NODES) {
          const left = await free(uuidOf(at));
          const used = (name: string): number =>
            held.reduce((sum, allocations) => sum + (allocations[uuidOf(at)]?.[name] ?? 0), 0);
          expect(left).toEqual({
            VCPU: CAPACITY.VCPU - used('VCPU'),
            MEMORY_MB: CAPACITY.MEMORY_MB - used('MEMORY_MB'),
          });
          expect(Math.min(...Object.values(left))).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('releasing everything restores the tables exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { maxLength: 20 }), async (steps) => {
        const { tables, placement } = await world();
        const before = tables.dump();

        for (const step of steps) {
          await step(placement);
        }
        for (const who of CONSUMERS) {
          await placement.release(who);
        }

        expect(tables.dump()).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });
});
