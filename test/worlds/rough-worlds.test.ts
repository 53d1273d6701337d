// A world that ends badly is printed with its seed and path: every-world.ts says how to play it again.

import { expect, test } from 'vitest';
import { holdsInEveryWorld } from './every-world.ts';

test('every rough world accounts for everything in the end', { timeout: 3_600_000 }, async () => {
  await expect(holdsInEveryWorld('rough')).resolves.toBeUndefined();
});
