import { expect, test } from 'vitest';
import { plainWorld } from '../worlds/plain-world.ts';
import { playWorld } from '../worlds/play-world.ts';

test('a server that was offloaded stays so, where its host ends a resize late that was given up before', async () => {
  const { leftOver, world } = await playWorld(
    plainWorld({
      slots: [2, 2],
      events: [
        { at: 83, kind: 'user asks', server: 0, move: 'resize' },
        { at: 323, kind: 'user asks', server: 0, move: 'confirm' },
        { at: 30, kind: 'host of server dies', server: 0 },
        { at: 350, kind: 'user asks', server: 0, move: 'evacuate' },
        { at: 350, kind: 'user asks', server: 0, move: 'offload' },
      ],
      behaviour: [{ delay: 267001, next: { fail: 'it is full' } }],
    }),
    { askOnce: true },
  );

  const servers = world.items('cell-cell1').filter(({ sk }) => sk === 'instance');

  expect(leftOver).toEqual([]);
  expect(servers).toMatchObject([{ vm_state: 'shelved_offloaded', host: null }]);
});
