import { describe, expect, it } from 'vitest';
import { resetComputeCaps } from '#servers/compute-cap';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { FORCED, SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld, type MovingWorld } from '../fixtures/moves.ts';
import { rebuild, type Rebuilt } from '../fixtures/rebuilt-server.ts';

/** The newest compute of a host that takes no part is older than what is served. */
async function age(world: BuildWorld): Promise<void> {
  const service = world.items('cell-cell1').find(({ sk, host }) => sk.startsWith('service') && host === 'host3');
  if (service === undefined) throw new Error('host3 has no service');
  const { pk, sk } = service;
  world.world.fleet.host('host3').die();
  await world.platform.tables.update('cell-cell1', { pk, sk }, { set: { version: 24 } });
  resetComputeCaps(world.services);
}

/** Computes that are too old, and those that configuration takes for too old. */
const moving = async (boot: (options: BuildWorldOptions) => Promise<MovingWorld>): Promise<MovingWorld> => {
  const world = await boot({});
  await age(world.of);
  return world;
};

describe('a request to move a server while a compute of its cell is too old to be asked', () => {
  it.each([
    ['a scheduled live migration', liveWorld, SCHEDULED],
    ['a forced live migration', liveWorld, FORCED],
    ['a cold migration', coldWorld, {}],
    ['a resize', coldWorld, { flavor: { id: 42 } }],
  ] as const)('is refused and leaves the server as it was: %s', async (_title, boot, request) => {
    const world = await moving(boot);

    const answer = await world.move(request);

    expect(answer?.name).toBe('UnsupportedVersion');
    expect(answer?.message).not.toContain('null');
    expect(world.state).toBe('active/null');
    expect(world.migrations.map(({ status }) => status)).toEqual(['error']);
    expect(await leftOver(world.of)).toEqual([]);
  });

  it('leaves a server that is to be rebuilt as it was', async () => {
    const world = await BuildWorld.boot({ scheduler: () => [['host1']] });
    const server = await ExistingServer.build(world);
    const at: Rebuilt = { world, server, context: await server.begin('rebuild') };
    await server.change({ task_state: 'rebuilding' });
    await age(world);

    await rebuild(at, { host: 'host1' });

    expect(server.state).toBe('active/null');
    expect(server.orders('rebuild_instance')).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });
});
