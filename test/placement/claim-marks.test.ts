import { memoryClaimMarks } from '#adapters/memory/claim-marks';
import { claimMarks } from '#placement/claim-marks';
import type { ClaimMarks } from '#ports/claim-marks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { emulatedTables, memoryTables, type TestTables } from '../fixtures/tables.ts';

/** What every store of marks does. */
const marksContract = (name: string, start: () => Promise<{ marks: ClaimMarks; stop(): Promise<void> }>): void => {
  describe(`marks of claims: ${name}`, () => {
    let world: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => {
      world = await start();
    });
    afterAll(() => world.stop());

    it('the first note of an operation stays', async () => {
      const { marks } = world;

      await marks.note('c1', 'op', ['a', 'b']);
      await marks.note('c1', 'op', ['c']);

      expect(await marks.read('c1', 'op')).toEqual(['a', 'b']);
    });

    it('a consumer that held nothing is known from one that nothing is noted of', async () => {
      const { marks } = world;
      await marks.note('c2', 'op', []);

      const read = [await marks.read('c2', 'op'), await marks.read('c2', 'other'), await marks.read('c3', 'op')];

      expect(read).toEqual([[], undefined, undefined]);
    });

    it('what is forgotten may be noted anew', async () => {
      const { marks } = world;
      await marks.note('c4', 'op', ['a']);
      await marks.forget('c4', 'op');
      await marks.forget('c4', 'op');

      const before = await marks.read('c4', 'op');
      await marks.note('c4', 'op', ['b']);

      expect([before, await marks.read('c4', 'op')]).toEqual([undefined, ['b']]);
    });
  });
};

const onTables = async (tables: TestTables) => ({
  marks: claimMarks(tables.tables, new ManualClock()),
  stop: () => tables.stop(),
});

marksContract('memory', () => Promise.resolve({ marks: memoryClaimMarks(), stop: () => Promise.resolve() }));
marksContract('memory tables', () => onTables(memoryTables()));
marksContract('DynamoDB', async () => onTables(await emulatedTables()));
