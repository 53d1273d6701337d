import { describe, expect, test } from 'vitest';
import { checked, SCHEDULED } from '../fixtures/live-moves.ts';
import { fieldsOf, listOf } from '#wire/reading';
import { liveWorld } from '../fixtures/moves.ts';

/**
 * A server on host1 is moved to host2 or host3, while nobody reads the conductor queue of its cell for so many minutes.
 */
async function unread(minutes: number) {
  const outage = { away: false };
  const moving = await liveWorld({
    // The same question has the same answer: host2, unless it was rejected.
    hosts: ['host1', 'host2', 'host3'].map((host) => ({ host, cell: 'cell1', callSeconds: 7200 })),
    scheduler: ({ spec }) => [[listOf(fieldsOf(spec)['ignore_hosts']).includes('host2') ? 'host3' : 'host2']],
    aroundBatch: async (run, queue) => {
      if (outage.away && queue !== 'compute-task') throw new Error('Service Unavailable');
      return run();
    },
  });
  await moving.of.clock.advance(120_000);
  outage.away = true;
  moving.of.clock.timer(minutes * 60_000, () => {
    outage.away = false;
  });
  await moving.cast(SCHEDULED);
  return moving;
}

describe('the answer of a destination that lies unread in a queue of ours', () => {
  test.each([2, 30])('is waited for, for %d minutes, before another host is asked', async (minutes) => {
    const moving = await unread(minutes);

    expect(new Set(checked(moving))).toEqual(new Set(['host2']));
    expect(moving.item).toMatchObject({ vm_state: 'active', task_state: null, host: 'host2' });
    expect(moving.migrations).toMatchObject([{ status: 'completed', dest_compute: 'host2' }]);
    expect(moving.faultRecords).toEqual([]);
  });
});
