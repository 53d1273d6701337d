import { expect, test } from 'vitest';
import { plainWorld } from '../worlds/plain-world.ts';
import { playWorld } from '../worlds/play-world.ts';

test('a destination in another cell whose last save is not answered is ordered to take its guest away', async () => {
  const { leftOver } = await playWorld(
    plainWorld({
      hosts: [0, 1, 0].map((cell) => ({ cell, slots: 6, zoned: false })),
      counts: [2],
      events: [{ at: 130, kind: 'user asks', server: 0, move: 'resize-across' }],
      behaviour: [],
      // The host's own look for guests of deleted servers fails as well.
      faults: [{ where: 'queues', call: 200, how: 'dies after' }],
      deliveries: [{ message: 105, how: 'late', seconds: 63 }],
      crossing: true,
      rough: { moments: [], hangs: [], hostile: [], returns: [], refusedLaunches: [], released: 0, away: [] },
    }),
  );

  expect(leftOver).toEqual([]);
});
