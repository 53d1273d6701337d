import { expect, test } from 'vitest';
import { plainWorld } from '../worlds/plain-world.ts';
import { playWorld } from '../worlds/play-world.ts';

test('a server that was offloaded on its new host stays offloaded, where the host that it has left dies before the migration has ended', async () => {
  const { leftOver, world } = await playWorld(
    plainWorld({
      slots: [2, 2],
      counts: [2],
      events: [
        { at: 30, kind: 'user asks', server: 0, move: 'live-migrate' },
        { at: 270, kind: 'user asks', server: 0, move: 'live-migrate' },
        { at: 30, kind: 'user asks', server: 0, move: 'resize' },
        { at: 270, kind: 'user asks', server: 0, move: 'confirm' },
        { at: 30, kind: 'user asks', server: 1, move: 'live-migrate' },
        { at: 270, kind: 'user asks', server: 0, move: 'offload' },
      ],
      behaviour: [{ fail: 'it is full' }, { abort: 'the image is broken' }, 'build', { die: 'after-claim' }],
    }),
    { askOnce: true },
  );

  const servers = world.items('cell-cell1').filter(({ sk }) => sk === 'instance');
  const arrived = world
    .items('cell-cell1')
    .filter(({ sk, dest_compute: to }) => sk.startsWith('migration#') && to === 'host2');

  expect(leftOver).toEqual([]);
  expect(arrived.map(({ status }) => status)).toEqual(['completed']);
  expect(servers.filter(({ uuid }) => uuid === arrived[0]?.['instance_uuid'])).toMatchObject([
    { vm_state: 'shelved_offloaded', host: null },
  ]);
});
