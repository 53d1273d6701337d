import { assert, asyncProperty, check, sample, type Arbitrary, type RunDetails } from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { THOROUGH } from '../fixtures/property-runs.ts';
import { courses, playCourse, slowlyAnswered, type Course, type Ending } from './outage-course.ts';
import type { WorldPlan } from './plan.ts';
import { playWorld } from './play-world.ts';
import { buildWorlds, crossingWorlds, moveWorlds, roughWorlds } from './random-plans.ts';

/*
 * A world that ends badly is printed as its plan, with seed and path. They play it again, exactly, with all that was
 * shrunk of it:
 *
 *   WORLD_SEED=… WORLD_PATH=… npx vitest run test/worlds/build-worlds.test.ts
 *
 * WORLDS=20000 plays that many of each kind; another WORLD_SEED plays others. Without it the same worlds are
 * played on every run, so that a change is judged by worlds which held before it. `npm run worlds --
 * --seconds 600` plays new ones.
 */

/** How many worlds are played, and from which on. */
interface Run {
  readonly numRuns: number;
  readonly seed: number;
  readonly path?: string;
  /** Whether the first world that ends badly is not shrunk. */
  readonly endOnFailure?: boolean;
  /** Milliseconds after which no further world is begun. */
  readonly interruptAfterTimeLimit?: number;
}

/**
 * How a kind is played: how many worlds `npm test` and `npm run check` play, and whether users ask once for a deletion.
 */
interface Usual {
  readonly usual: number;
  readonly thorough: number;
  readonly askOnce: boolean;
}

/** Milliseconds after which a world hangs: somebody in it waits for a time that does not pass. */
const HANGS = 300_000;

/** A kind of worlds: its plans, and what holds of each when it is played. */
function kindOf<T>(plans: Arbitrary<T>, holds: (plan: T, askOnce: boolean) => Promise<void>, usual: Usual) {
  const property = (askOnce: boolean) => asyncProperty(plans, (plan) => holds(plan, askOnce));
  return {
    ...usual,
    /** Answers how worlds have ended. */
    play: (run: Run, askOnce: boolean): Promise<RunDetails<[T]>> =>
      check(property(askOnce), { timeout: HANGS, ...run }),
    /** @throws Error which names the smallest world that ended badly */
    hold: (run: Run, askOnce: boolean): Promise<void> => assert(property(askOnce), { timeout: HANGS, ...run }),
  };
}

/** A plan's world ends with nothing left over. */
async function endsWell(plan: WorldPlan, askOnce: boolean, placementBeside = false): Promise<void> {
  const { leftOver, struck } = await playWorld(plan, { askOnce, placementBeside });
  if (leftOver.length > 0) throw new Error(`${leftOver.join('\n')}\nafter ${JSON.stringify(struck)}`);
}

/** The same where an OpenStack Placement keeps the claims. */
const endsWellBeside = (plan: WorldPlan, askOnce: boolean): Promise<void> => endsWell(plan, askOnce, true);

/**
 * A course ends with its outages as it ends without them; where hosts answer too late, as it ends without them for
 * hosts that are given longer in some of its requests, since an outage does that.
 */
async function endsAsWithout(course: Course): Promise<void> {
  const ended = await playCourse(course, true);
  const endings: Ending[] = [];
  for (const patient of subsetsOf(slowlyAnswered(course))) {
    const without = await playCourse(course, false, { patient });
    if (isDeepStrictEqual(ended, without)) return;
    endings.push(without);
  }
  throw new Error(
    `ended as ${JSON.stringify(ended)}\nwithout outages as ${JSON.stringify(endings)}\nof ${JSON.stringify(course)}`,
  );
}

/** All subsets, the empty one first. */
const subsetsOf = (all: readonly number[]): number[][] =>
  all.reduce<number[][]>((sets, each) => [...sets, ...sets.map((set) => [...set, each])], [[]]);

/** The kinds of worlds. */
export const KINDS = {
  // Messages are late here by more than a compute's call waits: a deletion whose host hears no answer is asked for
  // again, as users of Nova have to.
  builds: kindOf(buildWorlds, endsWell, { usual: 400, thorough: 1600, askOnce: false }),
  moves: kindOf(moveWorlds, endsWell, { usual: 100, thorough: 400, askOnce: true }),
  placement: kindOf(moveWorlds, endsWellBeside, { usual: 10, thorough: 200, askOnce: true }),
  crossings: kindOf(crossingWorlds, endsWell, { usual: 8, thorough: 200, askOnce: false }),
  rough: kindOf(roughWorlds, endsWell, { usual: 40, thorough: 200, askOnce: true }),
  outages: kindOf(courses, endsAsWithout, { usual: 40, thorough: 200, askOnce: true }),
} as const;

export type Kind = keyof typeof KINDS;

/** Plays random worlds, and finds nothing wrong with any. @throws Error which names the smallest that ended badly */
export async function holdsInEveryWorld(kind: Kind): Promise<void> {
  const { WORLDS, WORLD_SEED, WORLD_PATH, WORLD_ASK_AGAIN } = process.env;
  const { hold, usual, thorough, askOnce } = KINDS[kind];
  const run: Run = {
    numRuns: Number(WORLDS ?? (THOROUGH ? thorough : usual)),
    seed: Number(WORLD_SEED ?? 1),
    ...(WORLD_PATH === undefined ? {} : { path: WORLD_PATH }),
  };
  await hold(run, askOnce && WORLD_ASK_AGAIN === undefined);
}

const PLANS = { builds: buildWorlds, moves: moveWorlds, rough: roughWorlds } as const;

/** A few plans, always the same. */
export const plansOf = (kind: keyof typeof PLANS, count: number): WorldPlan[] =>
  sample<WorldPlan>(PLANS[kind], { numRuns: count, seed: 3 });

/** A few courses with outages, always the same. */
export const coursesOf = (count: number): Course[] => sample(courses, { numRuns: count, seed: 3 });
