// A story that ends otherwise is printed with its seed and path: WORLD_SEED and WORLD_PATH play it again.

import { assert, asyncProperty, constantFrom, nat, record } from 'fast-check';
import { test } from 'vitest';
import { THOROUGH } from '../fixtures/property-runs.ts';
import { playStory, STORY_NAMES } from './outage-stories.ts';
import { BESIDE, SERVICES } from './outages.ts';
import { CROSSED, PARTS } from './plan.ts';

/** Outages of seconds, and of hours. */
const outage = record({
  what: constantFrom(...SERVICES, ...PARTS, ...CROSSED, ...BESIDE),
  after: nat(90),
  seconds: constantFrom(1, 70, 600, 3600, ...(THOROUGH ? [21_600] : [])),
});

test(
  'volumes, cached images, resizes across cells and evacuations end with an outage of ours as without it',
  { timeout: 3_600_000 },
  async () => {
    const { WORLDS, WORLD_SEED, WORLD_PATH } = process.env;

    await assert(
      asyncProperty(constantFrom(...STORY_NAMES), constantFrom(0, 40, 100), outage, async (story, takes, planned) => {
        const [without, ended] = [await playStory(story, takes), await playStory(story, takes, planned)];
        if (ended !== without) throw new Error(`ended as ${ended}\nwithout outages as ${without}`);
      }),
      {
        numRuns: Number(WORLDS ?? (THOROUGH ? 400 : 12)),
        seed: Number(WORLD_SEED ?? 1),
        ...(WORLD_PATH === undefined ? {} : { path: WORLD_PATH }),
      },
    );
  },
);
