import { expect, test } from 'vitest';
import type { Behaviour, BehaviourKind } from '#local/fleet/behaviour';
import { REQUESTS } from '#records/keys';
import { BuildWorld } from '../fixtures/build-world.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { afterBuild } from '../fixtures/host-scripts.ts';
import { rebuildCast, running } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelveCast } from '../fixtures/shelved-server.ts';

const DAY = 86_400;
const MOST_EVENTS = 25_000;

/** A host that works a month on the first order of one kind; heartbeats are rare so that a month passes quickly. */
const monthly = (method: string, next: BehaviourKind = 'build') => ({
  behaviour: ((order, attempt) =>
    order.method === method && attempt < 2 ? { delay: 31 * DAY * 1000, next } : 'build') satisfies Behaviour,
  heartbeatSeconds: DAY / 4,
  config: { serviceDownTime: DAY, stallSeconds: 100 * DAY },
});

const second = { scheduler: afterBuild(() => [['host2']]) };

/** Worlds in which a host has just been asked for something, and ends it in this way. */
const asked = {
  launch: async (end: BehaviourKind) => {
    const world = await BuildWorld.boot(monthly('build_and_run_instance', end));
    await world.publish(world.request());
    return world;
  },
  'cold-migrate': async (end: BehaviourKind) => {
    const moving = await coldWorld(monthly('prep_resize', end));
    await moving.send();
    return moving.of;
  },
  'live-migrate': async (end: BehaviourKind) => {
    const moving = await liveWorld(monthly('live_migration', end));
    await moving.send(SCHEDULED);
    return moving.of;
  },
  rebuild: async (end: BehaviourKind) => {
    const at = await running(monthly('rebuild_instance', end));
    await rebuildCast(at, { host: at.server.item['host'] ?? null });
    return at.world;
  },
  unshelve: async (end: BehaviourKind) => {
    const at = await shelved({ offloaded: true }, { ...monthly('unshelve_instance', end), ...second });
    await unshelveCast(at);
    return at.world;
  },
} as const;

/** Lets days pass; items of requests vanish when their time is over. */
async function pass(world: BuildWorld, days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    await world.clock.advance(DAY * 1000);
    for (const { pk, sk, expires_at } of world.items(REQUESTS))
      if (Number(expires_at) < world.clock.now() / 1000) await world.platform.tables.delete(REQUESTS, { pk, sk });
  }
}

test.each(Object.entries(asked))('%s may last a month', async (workflow, ask) => {
  const world = await ask('build');

  await pass(world, 32);

  const [execution] = (await world.executions(workflow)).toReversed();
  const executionArn = execution?.executionArn ?? '';
  const { events } = await world.world.runner.getExecutionHistory({ executionArn });
  expect(execution?.status).toBe('SUCCEEDED');
  expect(events.length).toBeGreaterThan(1000);
  expect(events.length).toBeLessThan(MOST_EVENTS);
});

const givenBack = Object.entries(asked).filter(([workflow]) => workflow.endsWith('migrate') || workflow === 'launch');

test.each(givenBack)('%s that its host gives back after a month ends', async (workflow, ask) => {
  const world = await ask({ fail: 'no' });

  await pass(world, 33);

  const [execution] = (await world.executions(workflow)).toReversed();
  expect(execution).toMatchObject({ status: 'SUCCEEDED' });
});
