import { describe, expect, it } from 'vitest';
import { giveUp } from '#cli/give-up';
import type { Manners } from '#local/fleet/manners';
import { FORCED, migrationHolds } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld, type MovingWorld } from '../fixtures/moves.ts';

/** Gives up whichever execution of a workflow there is, as `execution stop` does. */
async function stopped(moving: MovingWorld, workflow: string): Promise<string> {
  const [execution] = await moving.of.executions(workflow);
  const { uuid } = moving;
  return giveUp(moving.of.services, { workflow, execution: execution?.name ?? '', uuid, reason: 'ticket 4711' });
}

/** The host takes this order, and is at it for longer than anybody waits. */
const busyWith = (order: string): { manners: Manners } => ({
  manners: ({ method }) => (method === order ? { delay: 3_600_000 } : 'build'),
});

describe('a move that an operator stops', () => {
  it.each([
    ['live-migrate', () => liveWorld(busyWith('live_migration')), FORCED],
    ['cold-migrate', () => coldWorld(busyWith('prep_resize')), {}],
  ] as const)(
    '%s leaves the server its claim on the source, and nothing to its migration',
    async (workflow, boot, request) => {
      const moving = await boot();
      await moving.send(request);
      await moving.of.clock.advance(20_000);
      const before = migrationHolds(moving);

      const told = await stopped(moving, workflow);

      expect(before).toEqual(['host1']);
      expect(told).toContain('is in error, fenced from its hosts; its migration is ended');
      expect(moving.migrations).toMatchObject([{ status: 'error' }]);
      expect(migrationHolds(moving)).toEqual([]);
      expect(moving.held()).toEqual(['host1']);
    },
  );
});
