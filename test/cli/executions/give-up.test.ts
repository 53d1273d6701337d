import { describe, expect, it } from 'vitest';
import { giveUp } from '#cli/executions/give-up';
import type { Behaviour } from '#local/fleet/behaviour';
import type { BuildWorld } from '../../fixtures/build-world.ts';
import { afterBuild, dies } from '../../fixtures/host-scripts.ts';
import { FORCED, migrationHolds } from '../../fixtures/live-moves.ts';
import { coldWorld, liveWorld, type MovingWorld } from '../../fixtures/moves.ts';
import { EVACUATE, migrationOf, rebuildCast, stranded } from '../../fixtures/rebuilt-server.ts';
import { shelved, unshelveCast } from '../../fixtures/shelved-server.ts';

/** Gives up whichever execution of a workflow there is, as `execution stop` does. */
async function stoppedIn(world: BuildWorld, workflow: string, uuid: string): Promise<string> {
  const [execution] = await world.executions(workflow);
  return giveUp(world.services, { workflow, execution: execution?.name ?? '', uuid, reason: 'ticket 4711' });
}

const stopped = ({ of, uuid }: MovingWorld, workflow: string): Promise<string> => stoppedIn(of, workflow, uuid);

/** The host takes this order, and is at it for longer than anybody waits. */
const busyWith = (order: string): { behaviour: Behaviour } => ({
  behaviour: ({ method }) => (method === order ? { delay: 3_600_000 } : 'build'),
});

/** Whoever is to take a shelved server dies. */
const behaviour: Behaviour = ({ method }) => dies(method === 'unshelve_instance', 'after-read');

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

      const printed = await stopped(moving, workflow);

      expect(before).toEqual(['host1']);
      expect(printed).toContain('is in error, fenced from its hosts; its migration is ended');
      expect(moving.migrations).toMatchObject([{ status: 'error' }]);
      expect(migrationHolds(moving)).toEqual([]);
      expect(moving.held()).toEqual(['host1']);
    },
  );

  it('evacuation leaves the server its claim on the source, and none on the destination', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]), ...busyWith('rebuild_instance') });
    const { uuid } = at.server;
    await rebuildCast(at, EVACUATE);
    await at.world.clock.advance(20_000);
    const before = at.world.claims(uuid).toSorted();

    const printed = await stoppedIn(at.world, 'rebuild', uuid);

    expect(before).toEqual(['host1', 'host2']);
    expect(printed).toContain('its migration is ended, its claim on the destination released');
    expect(migrationOf(at)).toMatchObject({ status: 'error' });
    expect(at.server.state).toBe('error/null');
    expect(at.world.claims(uuid)).toEqual(['host1']);
  });

  it('unshelving leaves a server that is on no host without a claim', async () => {
    const scheduler = afterBuild(() => [['host2']]);
    const at = await shelved({ offloaded: true }, { scheduler, behaviour });
    const { uuid } = at.server;
    await unshelveCast(at);
    await at.world.clock.advance(20_000);
    const before = at.world.claims(uuid);

    const printed = await stoppedIn(at.world, 'unshelve', uuid);

    expect(before).toEqual(['host2']);
    expect(printed).toContain('its claim on the destination released');
    expect(at.server.state).toBe('error/null');
    expect(at.world.claims(uuid)).toEqual([]);
  });
});
