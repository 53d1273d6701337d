import { expect, test } from 'vitest';
import { plainWorld } from '../worlds/plain-world.ts';
import { playWorld } from '../worlds/play-world.ts';

test.each([
  [
    'waits for its host to delete it, which has died, where a resize is given back meanwhile',
    [
      { cell: 0, slots: 4, zoned: false },
      { cell: 0, slots: 2, zoned: false },
    ],
  ],
  [
    'stays deleting, whatever the host of a resize that has failed says of it',
    [
      { cell: 0, slots: 2, zoned: false },
      { cell: 0, slots: 2, zoned: false },
      { cell: 1, slots: 2, zoned: false },
    ],
  ],
])('a server whose user deletes it %s', async (_title, hosts) => {
  const { leftOver, world } = await playWorld(
    plainWorld({
      hosts,
      events: [
        { at: 30, kind: 'user asks', server: 0, move: 'resize' },
        { at: 270, kind: 'user asks', server: 0, move: 'confirm' },
        { at: 30, kind: 'user deletes', server: 0 },
      ],
      behaviour: [{ delay: 1, next: { abort: 'the image is broken' } }, { die: 'before-read' }],
    }),
    { askOnce: true },
  );

  const servers = world.items('cell-cell1').filter(({ sk }) => sk === 'instance');

  expect(leftOver).toEqual([]);
  expect(servers).toMatchObject([{ task_state: 'deleting', host: 'host1' }]);
});
