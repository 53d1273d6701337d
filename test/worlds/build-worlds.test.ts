import { assert, asyncProperty, sample } from 'fast-check';
import { expect, test } from 'vitest';
import { buildWorlds } from './plan.ts';
import { playWorld } from './play-world.ts';
import { howMany } from './how-many.ts';

/*
 * A world that ends badly is printed with its seed and its path; they play it again, exactly, with all that was shrunk:
 *
 *   WORLD_SEED=… WORLD_PATH=… npx vitest run test/worlds/build-worlds.test.ts
 *
 * WORLDS=20000 plays more of them than usual, and WORLD_SEED alone others.
 */
test('every random world of builds accounts for everything in the end', { timeout: 3_600_000 }, async () => {
  await assert(
    asyncProperty(buildWorlds, async (plan) => {
      const { leftOver } = await playWorld(plan);

      expect(leftOver).toEqual([]);
    }),
    howMany(1000),
  );
});

test('the same plan plays the same way', async () => {
  for (const plan of sample(buildWorlds, { numRuns: 5, seed: 3 })) {
    const [first, second] = [await playWorld(plan), await playWorld(plan)];

    expect(second.trace).toEqual(first.trace);
    expect(first.trace.length).toBeGreaterThan(10);
  }
});
