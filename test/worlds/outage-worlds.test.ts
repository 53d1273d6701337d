// A course that ends otherwise is printed with its seed and path: every-world.ts says how to play it again.

import { expect, test } from 'vitest';
import { holdsInEveryWorld } from './every-world.ts';

test(
  'with outages of ours of up to six hours, of all or of a part, every operation ends as without them',
  { timeout: 3_600_000 },
  async () => {
    await expect(holdsInEveryWorld('outages')).resolves.toBeUndefined();
  },
);
