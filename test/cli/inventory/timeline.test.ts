import { describe, expect, it } from 'vitest';
import { timeline } from '#cli/inventory/timeline';
import type { Json } from '#ports/json';
import { begunEvent, endedEvent } from '#records/items/instance-action';

const of = (sk: string, fields: Record<string, Json | undefined>) => ({ pk: 'instance#1', sk, ...fields });

describe('timeline', () => {
  it('shows actions, events, faults and migrations in the order of time, causes first within a second', () => {
    const moments = timeline([
      of('fault#1', {
        created_at: '2026-01-01T00:00:05Z',
        code: 500,
        message: 'No valid host\nmore',
        host: 'conductor',
      }),
      of('action#req-1', {
        action: 'create',
        request_id: 'req-1',
        start_time: '2026-01-01T00:00:01Z',
        finish_time: null,
        ...begunEvent(
          'compute_build',
          { id: 1, event: 'compute_build', host: 'host1', at: '2026-01-01T00:00:02Z' },
          {},
        ),
        ...endedEvent('compute_build', { at: '2026-01-01T00:00:05Z', result: 'Error', details: null, traceback: null }),
      }),
      of('migration#m', {
        created_at: '2026-01-01T00:00:05Z',
        migration_type: 'evacuation',
        source_compute: 'host1',
        dest_compute: 'host2',
        status: 'done',
      }),
      of('instance', { uuid: '1' }),
    ]);

    expect(moments.map(({ what, text }) => `${what}: ${text}`)).toEqual([
      'action: create (req-1)',
      'event: compute_build',
      'migration: evacuation from host1 to host2: done',
      'fault: 500 No valid host',
      'event ended: compute_build: Error',
    ]);
  });

  it('leaves out what has no time', () => {
    const moments = timeline([of('fault#1', { created_at: null, message: 'x' })]);

    expect(moments).toEqual([]);
  });
});
