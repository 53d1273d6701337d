import { expect, test } from 'vitest';
import { playWorld } from '../worlds/play-world.ts';

test('a server that was offloaded stays so, where its host ends a resize late that was given up before', async () => {
  const { leftOver, world } = await playWorld(
    {
      seed: 0,
      hosts: [
        { cell: 0, slots: 2, zoned: false },
        { cell: 0, slots: 2, zoned: false },
      ],
      quota: -1,
      requests: [{ at: 0, count: 1, large: false, zoned: false, group: null }],
      events: [
        { at: 83, kind: 'user asks', server: 0, move: 'resize' },
        { at: 323, kind: 'user asks', server: 0, move: 'confirm' },
        { at: 30, kind: 'host of server dies', server: 0 },
        { at: 350, kind: 'user asks', server: 0, move: 'evacuate' },
        { at: 350, kind: 'user asks', server: 0, move: 'offload' },
      ],
      calm: 25,
      behaviour: [{ delay: 267001, next: { fail: 'it is full' } }],
      faults: [],
      deliveries: [],
    },
    { askOnce: true },
  );

  const servers = world.items('cell-cell1').filter(({ sk }) => sk === 'instance');

  expect(leftOver).toEqual([]);
  expect(servers).toMatchObject([{ vm_state: 'shelved_offloaded', host: null }]);
});
