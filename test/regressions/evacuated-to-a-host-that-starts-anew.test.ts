import { expect, test } from 'vitest';
import { plainWorld } from '../worlds/plain-world.ts';
import { playWorld } from '../worlds/play-world.ts';

test('an evacuated server whose host starts anew before the migration has ended stays there, and is no error', async () => {
  const { leftOver, world } = await playWorld(
    plainWorld({
      slots: [4, 5],
      counts: [2, 2],
      events: [
        { at: 161, kind: 'host of server dies', server: 0 },
        { at: 481, kind: 'user asks', server: 0, move: 'evacuate' },
        { at: 480, kind: 'user asks', server: 1, move: 'shelve' },
        { at: 600, kind: 'host returns', host: 0 },
        { at: 30, kind: 'host dies', host: 1 },
        { at: 30, kind: 'user asks', server: 0, move: 'rebuild' },
      ],
      behaviour: [{ die: 'before-read' }],
      deliveries: [{ message: 200, how: 'late', seconds: 65 }],
    }),
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
