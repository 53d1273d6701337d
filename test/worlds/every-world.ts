import { assert, asyncProperty, sample, type Arbitrary } from 'fast-check';
import { expect } from 'vitest';
import type { WorldPlan } from './plan.ts';
import { playWorld } from './play-world.ts';

/*
 * A world that ends badly is printed as its plan, with seed and path. They play it again, exactly, with all that was
 * shrunk of it:
 *
 *   WORLD_SEED=… WORLD_PATH=… npx vitest run test/worlds/build-worlds.test.ts
 *
 * WORLDS=20000 plays that many of each kind; another WORLD_SEED plays others. Without it the same worlds are played on
 * every run, so that a change is judged by worlds which held before it.
 */

/** Plays random worlds, and finds nothing left over in any. @throws Error which tells the smallest that ended badly */
export async function holdsInEveryWorld(worlds: Arbitrary<WorldPlan>, usual: number): Promise<void> {
  const { WORLDS, WORLD_SEED, WORLD_PATH } = process.env;
  const property = asyncProperty(worlds, async (plan) => {
    const { leftOver, struck } = await playWorld(plan);

    expect(leftOver, `after ${JSON.stringify(struck)}`).toEqual([]);
  });
  await assert(property, {
    numRuns: Number(WORLDS ?? usual),
    seed: Number(WORLD_SEED ?? 1),
    ...(WORLD_PATH === undefined ? {} : { path: WORLD_PATH }),
  });
}

/** A few plans, always the same. */
export const plansOf = (worlds: Arbitrary<WorldPlan>, count: number): WorldPlan[] =>
  sample(worlds, { numRuns: count, seed: 3 });
