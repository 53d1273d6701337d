import { describe, expect, test } from 'vitest';
import { rebuildCast, running } from '../fixtures/rebuilt-server.ts';

describe('a client that is newer than its conductor', () => {
  test('is refused by the version, its message put aside, and its server shows the refusal (SURF-02)', async () => {
    const at = await running({ scheduler: () => [['host1']] });

    await rebuildCast(at, { host: 'host1' }, {}, '1.27');
    await at.world.end();

    const [letter] = at.world.platform.queues.messages('compute-task-dlq');
    expect(letter?.attributes?.['reason']).toContain('1.27');
    expect(at.world.platform.log.counts.get('dead_letters')).toBe(1);
    expect(at.server.orders('rebuild_instance')).toEqual([]);
    expect(at.server.faults).toEqual([[500, expect.stringContaining('1.27')]]);
  });
});
