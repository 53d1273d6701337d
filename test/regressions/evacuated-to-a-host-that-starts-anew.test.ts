import { expect, test } from 'vitest';
import { playWorld } from '../worlds/play-world.ts';

test('an evacuated server whose host starts anew before the migration has ended stays there, and is no error', async () => {
  const { leftOver, world } = await playWorld(
    {
      seed: 0,
      hosts: [
        { cell: 0, slots: 4, zoned: false },
        { cell: 0, slots: 5, zoned: false },
      ],
      quota: -1,
      requests: [
        { at: 0, count: 2, large: false, zoned: false, group: null },
        { at: 0, count: 2, large: false, zoned: false, group: null },
      ],
      events: [
        { at: 161, kind: 'host of server dies', server: 0 },
        { at: 481, kind: 'user asks', server: 0, move: 'evacuate' },
        { at: 480, kind: 'user asks', server: 1, move: 'shelve' },
        { at: 600, kind: 'host returns', host: 0 },
        { at: 30, kind: 'host dies', host: 1 },
        { at: 30, kind: 'user asks', server: 0, move: 'rebuild' },
      ],
      calm: 25,
      behaviour: [{ die: 'before-read' }],
      faults: [],
      deliveries: [{ message: 200, how: 'late', seconds: 65 }],
    },
    { askOnce: true },
  );

  const servers = world.items('cell-cell1').filter(({ sk }) => sk === 'instance');
  const evacuations = world
    .items('cell-cell1')
    .filter(({ sk, migration_type: type }) => sk.startsWith('migration#') && type === 'evacuation');

  expect(leftOver).toEqual([]);
  expect(evacuations.map(({ status }) => status)).toEqual(['done']);
  expect(servers.filter(({ uuid }) => uuid === evacuations[0]?.['instance_uuid'])).toMatchObject([
    { vm_state: 'active', host: 'host1' },
  ]);
});
