import { expect, test } from 'vitest';
import type { Behaviour } from '#local/fleet/behaviour';
import { REQUESTS } from '#records/keys';
import { numberOf } from '#wire/reading';
import { BuildWorld } from '../fixtures/build-world.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { rebuildCast, running } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelveCast } from '../fixtures/shelved-server.ts';

const DAY = 86_400;
const MOST_EVENTS = 25_000;

/** A host that works a month on one kind of order; heartbeats are rare so that a month passes quickly. */
const monthly = (method: string) => ({
  behaviour: ((order) => (order.method === method ? { delay: 31 * DAY * 1000 } : 'build')) satisfies Behaviour,
  heartbeatSeconds: DAY / 4,
  config: { serviceDownTime: DAY, stallSeconds: 100 * DAY },
});

const second = { scheduler: afterBuild(() => [['host2']]) };

/** Worlds in which a host has just been asked for something. */
const asked = {
  launch: async () => {
    const world = await BuildWorld.boot(monthly('build_and_run_instance'));
    await world.publish(world.request());
    return world;
  },
  'cold-migrate': async () => {
    const moving = await coldWorld(monthly('prep_resize'));
    await moving.send();
    return moving.of;
  },
  'live-migrate': async () => {
    const moving = await liveWorld(monthly('live_migration'));
    await moving.send(SCHEDULED);
    return moving.of;
  },
  rebuild: async () => {
    const at = await running(monthly('rebuild_instance'));
    await rebuildCast(at, { host: at.server.item['host'] ?? null });
    return at.world;
  },
  unshelve: async () => {
    const at = await shelved({ offloaded: true }, { ...monthly('unshelve_instance'), ...second });
    await unshelveCast(at);
    return at.world;
  },
} as const;

/** DynamoDB takes away what has expired. */
async function expire(world: BuildWorld): Promise<void> {
  const over = world
    .items(REQUESTS)
    .filter((item) => (numberOf(item['expires_at']) ?? Infinity) * 1000 < world.clock.now());
  for (const { pk, sk } of over) await world.platform.tables.delete(REQUESTS, { pk, sk });
}

test.each(Object.entries(asked))('%s may last a month', { timeout: 60_000 }, async (workflow, ask) => {
  const world = await ask();

  for (let day = 0; day < 32; day += 1) {
    await world.clock.advance(DAY * 1000);
    await expire(world);
  }

  const [execution] = (await world.executions(workflow)).toReversed();
  const executionArn = execution?.executionArn ?? '';
  const { events } = await world.world.runner.getExecutionHistory({ executionArn });
  expect(execution?.status).toBe('SUCCEEDED');
  expect(events.length).toBeGreaterThan(1000);
  expect(events.length).toBeLessThan(MOST_EVENTS);
});
