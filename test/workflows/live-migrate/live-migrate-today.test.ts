import { describe, expect, test } from 'vitest';
import { fieldsOf } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';
import { SCHEDULED } from '../../fixtures/live-moves.ts';
import { liveWorld } from '../../fixtures/moves.ts';

describe('a live migration of today', () => {
  test('asks its destination with the limits that the scheduler decided on (BIND-11)', async () => {
    const limits = newObject('SchedulerLimits', '1.0', { vcpu: 8, memory_mb: 4096 });
    const moving = await liveWorld({
      adapt: (services) => ({
        ...services,
        scheduler: {
          selectDestinations: async (request) => {
            const lists = await services.scheduler.selectDestinations(request);
            return lists.map((list) => list.map((selection) => setFields(selection, { limits })));
          },
        },
      }),
    });

    await moving.cast(SCHEDULED);

    const asked = moving.order('check_can_live_migrate_destination');
    expect(fieldsOf(asked['limits'])).toMatchObject({ vcpu: 8, memory_mb: 4096 });
    expect(moving.state).toBe('active/null');
  });
});
