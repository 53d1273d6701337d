import { expect, test } from 'vitest';
import { plainText } from '#wire/reading';
import { acceptEvacuation, EVACUATE, migrationOf, rebuildCast, running } from '../../fixtures/rebuilt-server.ts';

/** Milliseconds for which nobody reads what the hosts of the cell say. */
const AWAY = 3_600_000;

test('an evacuation waits for the end of an outage in which nobody can know that its host is dead', async () => {
  const outage = { away: false };
  const at = await running({
    aroundBatch: async (run, queue) => {
      if (outage.away && queue !== 'compute-task') throw new Error('Service Unavailable');
      return run();
    },
    hosts: ['host1', 'host2', 'host3'].map((host) => ({
      host,
      cell: 'cell1',
      heartbeatSeconds: 10,
      holdSeconds: 40_000,
    })),
  });
  const { clock, world: booted } = at.world;
  booted.fleet.host(plainText(at.server.item['host'])).die();
  outage.away = true;
  clock.timer(AWAY, () => {
    outage.away = false;
  });
  await clock.advance(120_000);
  await acceptEvacuation(at);

  await rebuildCast(at, EVACUATE);
  await at.world.end();

  expect(at.server.faults).toEqual([]);
  expect(migrationOf(at)?.['status']).toBe('done');
  expect(at.server.state).toBe('active/null');
});
