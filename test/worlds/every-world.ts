import { assert, asyncProperty, sample, type Arbitrary } from 'fast-check';
import { THOROUGH } from '../fixtures/property-runs.ts';
import type { WorldPlan } from './plan.ts';
import { playWorld, type PlayOptions } from './play-world.ts';
import { buildWorlds, moveWorlds } from './random-plans.ts';

/*
 * A world that ends badly is printed as its plan, with seed and path. They play it again, exactly, with all that was
 * shrunk of it:
 *
 *   WORLD_SEED=… WORLD_PATH=… npx vitest run test/worlds/build-worlds.test.ts
 *
 * WORLDS=20000 plays that many of each kind; another WORLD_SEED plays others. Without it the same worlds are played on
 * every run, so that a change is judged by worlds which held before it. `npm run worlds -- --seconds 600` plays new ones.
 */

/** The kinds of worlds: their plans, and how many of them `npm test` and `npm run check` play. */
export const KINDS = {
  // Messages are late here by more than a compute's call waits: a deletion whose host hears no answer is asked for again, as
  // users of Nova have to.
  builds: { plans: buildWorlds, usual: 400, thorough: 1600, askOnce: false },
  moves: { plans: moveWorlds, usual: 100, thorough: 400, askOnce: true },
} as const;

export type Kind = keyof typeof KINDS;

/** A plan's world ends with nothing left over. */
export const endsWell = (plans: Arbitrary<WorldPlan>, options: PlayOptions = {}) =>
  asyncProperty(plans, async (plan) => {
    const { leftOver, struck } = await playWorld(plan, options);
    if (leftOver.length > 0) throw new Error(`${leftOver.join('\n')}\nafter ${JSON.stringify(struck)}`);
  });

/** Plays random worlds, and finds nothing left over in any. @throws Error which tells the smallest that ended badly */
export async function holdsInEveryWorld(kind: Kind): Promise<void> {
  const { WORLDS, WORLD_SEED, WORLD_PATH, WORLD_ASK_AGAIN } = process.env;
  const { plans, usual, thorough, askOnce } = KINDS[kind];
  await assert(endsWell(plans, { askOnce: askOnce && WORLD_ASK_AGAIN === undefined }), {
    numRuns: Number(WORLDS ?? (THOROUGH ? thorough : usual)),
    seed: Number(WORLD_SEED ?? 1),
    ...(WORLD_PATH === undefined ? {} : { path: WORLD_PATH }),
  });
}

/** A few plans, always the same. */
export const plansOf = (kind: Kind, count: number): WorldPlan[] =>
  sample<WorldPlan>(KINDS[kind].plans, { numRuns: count, seed: 3 });
