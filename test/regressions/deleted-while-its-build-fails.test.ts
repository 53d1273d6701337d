import { expect, test } from 'vitest';
import { playWorld } from '../worlds/play-world.ts';

test('a server that its user deletes while its build fails gives its usage back, though a function dies after its record has ended', async () => {
  const { leftOver, struck } = await playWorld({
    seed: 0,
    hosts: [{ cell: 0, slots: 1, zoned: false }],
    quota: -1,
    requests: [{ at: 0, count: 1, large: false, zoned: false, group: null }],
    events: [{ at: 0, kind: 'user deletes', server: 0 }],
    calm: 0,
    behaviour: [{ delay: 120_000, next: { abort: 'the image is broken' } }],
    faults: [{ where: 'steps', call: 27, how: 'dies after' }],
    deliveries: [],
  });

  expect(struck).toEqual(['steps 27: transact 3: dies after']);
  expect(leftOver).toEqual([]);
});
