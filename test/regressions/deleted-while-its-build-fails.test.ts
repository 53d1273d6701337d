import { expect, test } from 'vitest';
import { plainWorld } from '../worlds/plain-world.ts';
import { playWorld } from '../worlds/play-world.ts';

test('a server that its user deletes while its build fails gives its usage back, though a function dies after its record has ended', async () => {
  const { leftOver, struck } = await playWorld(
    plainWorld({
      slots: [1],
      events: [{ at: 0, kind: 'user deletes', server: 0 }],
      calm: 0,
      behaviour: [{ delay: 120_000, next: { abort: 'the image is broken' } }],
      faults: [{ where: 'steps', call: 27, how: 'dies after' }],
    }),
  );

  expect(struck).toEqual(['steps 27: transact 3: dies after']);
  expect(leftOver).toEqual([]);
});
