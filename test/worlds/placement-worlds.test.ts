// A world that ends badly is printed with its seed and path: every-world.ts says how to play it again.

import { expect, test } from 'vitest';
import { holdsInEveryWorld, plansOf } from './every-world.ts';
import { playWorld } from './play-world.ts';

test(
  'every world whose claims an OpenStack Placement keeps accounts for everything',
  { timeout: 3_600_000 },
  async () => {
    await expect(holdsInEveryWorld('placement')).resolves.toBeUndefined();
  },
);

test('the same plan plays the same way beside a Placement', async () => {
  for (const plan of plansOf('moves', 2)) {
    const [first, second] = [
      await playWorld(plan, { placementBeside: true }),
      await playWorld(plan, { placementBeside: true }),
    ];

    expect(second.trace).toEqual(first.trace);
    expect(first.trace.some((line) => line.includes('call'))).toBe(true);
  }
});
