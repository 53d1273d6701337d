// A world that ends badly is printed with its seed and path: every-world.ts says how to play it again.

import { expect, test } from 'vitest';
import { holdsInEveryWorld } from './every-world.ts';

test(
  'every random world of resizes across cells shows each server once, and ends with it on one host',
  { timeout: 3_600_000 },
  async () => {
    await expect(holdsInEveryWorld('crossings')).resolves.toBeUndefined();
  },
);
