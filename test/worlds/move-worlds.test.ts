// A world that ends badly is printed with its seed and path: every-world.ts says how to play it again.

import { expect, test } from 'vitest';
import { holdsInEveryWorld, plansOf } from './every-world.ts';
import { playWorld } from './play-world.ts';

test('every random world of moves accounts for everything in the end', { timeout: 3_600_000 }, async () => {
  await expect(holdsInEveryWorld('moves')).resolves.toBeUndefined();
});

test('the same plan of moves plays the same way', async () => {
  for (const plan of plansOf('moves', 3)) {
    const [first, second] = [await playWorld(plan), await playWorld(plan)];

    expect(second.trace).toEqual(first.trace);
    expect(first.trace.length).toBeGreaterThan(10);
  }
});
