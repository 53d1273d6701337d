import { describe, expect, test } from 'vitest';
import type { WorldOptions } from '#local/emulation/world';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { MovingWorld } from '../fixtures/moves.ts';
import { rebuildCast } from '../fixtures/rebuilt-server.ts';

type Around = NonNullable<WorldOptions['around']>;

/** Runs something once a workflow has reached its last step, and holds this step for five seconds. */
class BeforeTheEnd {
  readonly #workflow: string;
  readonly #state: string;
  next: (() => Promise<unknown>) | undefined;
  world: BuildWorld | undefined;

  constructor(workflow: string, state: string) {
    this.#workflow = workflow;
    this.#state = state;
  }

  readonly around: Around = async (run, _event, [arn, , { state }]) => {
    const { next, world } = this;
    if (next === undefined || !arn.endsWith(`-${this.#workflow}`) || state !== this.#state) return run();
    this.next = undefined;
    await next();
    await world?.clock.sleep(5000);
    return run();
  };
}

/** A server on host1, with what is to happen just before the end of an operation on it. */
async function boot(workflow: string, state: string) {
  const hold = new BeforeTheEnd(workflow, state);
  const hosts = ['host1', 'host2', 'host3'].map((host) => ({ host, cell: 'cell1' }));
  const world = await BuildWorld.boot({ hosts, around: hold.around });
  hold.world = world;
  const server = await ExistingServer.build(world);
  return { hold, world, server };
}

async function liveMigrate(world: BuildWorld): Promise<void> {
  const moving = await MovingWorld.prepare(world, 'migrating', 'live-migration');
  await moving.send(SCHEDULED);
}

async function rebuild(world: BuildWorld, server: ExistingServer): Promise<void> {
  const context = await server.begin('rebuild');
  await server.change({ task_state: 'rebuilding' });
  await rebuildCast({ world, server, context }, { host: server.item['host'] ?? null });
}

describe('a request that comes while the operation before it is being wound up', () => {
  test('a rebuild after a live migration is carried out', async () => {
    const { hold, world, server } = await boot('live-migrate', 'Finish');
    hold.next = () => rebuild(world, server);

    await liveMigrate(world);
    await world.end();

    expect(server.state).toBe('active/null');
    expect(server.orders('rebuild_instance')).toHaveLength(1);
  });

  test('a live migration after a rebuild is carried out', async () => {
    const { hold, world, server } = await boot('rebuild', 'Conclude');
    hold.next = () => liveMigrate(world);

    await rebuild(world, server);
    await world.end();

    expect(server.state).toBe('active/null');
    expect(server.orders('live_migration')).toHaveLength(1);
  });

  test('a rebuild after a rebuild is carried out', async () => {
    const { hold, world, server } = await boot('rebuild', 'Conclude');
    hold.next = () => rebuild(world, server);

    await rebuild(world, server);
    await world.end();

    expect(server.state).toBe('active/null');
    expect(server.orders('rebuild_instance')).toHaveLength(2);
  });
});
