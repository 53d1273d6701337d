import { describe, expect, it } from 'vitest';
import type { Behaviour } from '#local/fleet/behaviour';
import { cellTable, serviceKey } from '#records/keys';
import { givenUpHosts } from '#records/items/given-up';
import { forced } from '#records/items/service';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { afterBuild, dies } from '../fixtures/host-scripts.ts';
import { EVACUATE, migrationOf, rebuildCast, running, stranded } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelveCast } from '../fixtures/shelved-server.ts';
import { coldWorld } from '../fixtures/moves.ts';

/** Networks of a server with a port, as its info cache holds them. */
const PORTS = { network_info: '[{"id": "11111111-2222-4333-8444-555555555555"}]' };

/** host2 takes orders of this method and dies. */
const diesAt =
  (method: string): Behaviour =>
  (order) =>
    dies(order.method === method && order.host === 'host2', method === 'prep_resize' ? 'after-claim' : 'mid-build');

/** A person says that host2 is dead, and everything comes to its end. */
async function declareDown(world: BuildWorld): Promise<void> {
  const said = { down: true, by: 'ops', at: '2026-11-22T13:00:00Z', reason: 'powered off' };
  await world.platform.tables.update(cellTable('cell1'), serviceKey('host2', 'nova-compute'), { set: forced(said) });
  await world.end();
}

/** Longer than it takes to find a host down. */
const LONG = 900_000;

describe('a server with ports, whose host dies after it has taken its order', () => {
  it('stays in its unshelving until a person says that the host is down', async () => {
    const at = await shelved(
      { offloaded: true },
      { scheduler: afterBuild(() => [['host2']]), behaviour: diesAt('unshelve_instance') },
    );
    await at.server.change(PORTS);
    await unshelveCast(at);
    await at.world.clock.advance(LONG);
    const waiting = at.server.state;
    await declareDown(at.world);

    expect(waiting).not.toBe('shelved_offloaded/null');
    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(givenUpHosts(at.server.item)).toMatchObject([{ host: 'host2', operation: 'unshelve' }]);
  });

  it('stays in its evacuation until a person says that the host is down', async () => {
    const at = await stranded({ scheduler: afterBuild(() => [['host2']]), behaviour: diesAt('rebuild_instance') });
    await at.server.change(PORTS);
    await rebuildCast(at, EVACUATE);
    await at.world.clock.advance(LONG);
    const waiting = migrationOf(at)?.['status'];
    await declareDown(at.world);

    expect(waiting).not.toBe('error');
    expect(migrationOf(at)?.['status']).toBe('error');
    expect(givenUpHosts(at.server.item)).toMatchObject([{ host: 'host2', operation: 'rebuild' }]);
  });

  it('is given up in its rebuild in place: no other host gets it', async () => {
    const at = await running({ behaviour: ({ method }) => dies(method === 'rebuild_instance') });
    await at.server.change(PORTS);
    await rebuildCast(at, { host: at.server.item['host'] ?? null });

    await at.world.clock.advance(LONG);

    expect(at.server.state).toBe('error/null');
  });

  it('gets no other destination of its migration until a person says that the host is down', async () => {
    const moving = await coldWorld({ behaviour: diesAt('prep_resize') });
    await moving.change(PORTS);
    await moving.send();
    await moving.of.clock.advance(LONG);
    const ordered = moving.orders('prep_resize').length;
    await declareDown(moving.of);

    expect(ordered).toBe(1);
    expect(moving.orders('prep_resize').length).toBeGreaterThan(1);
    expect(givenUpHosts(moving.item)).toMatchObject([{ host: 'host2', operation: 'cold-migrate' }]);
  });
});
