import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { TableThrottled } from '#ports/tables';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { watchingAll } from '../fixtures/watching.ts';

/** Seconds for which no record of a server can be written by what its host says once it has the order. */
const AWAY = 3600;

/** A server is built on host2 by such a host, or else on host3. */
async function built(config: NonNullable<BuildWorldOptions['config']>) {
  const serving = new AsyncLocalStorage<true>();
  let back: number | undefined;
  const world: BuildWorld = await BuildWorld.boot({
    config,
    scheduler: () => [['host2', 'host3']],
    hosts: ['host1', 'host2', 'host3'].map((host) => ({
      host,
      cell: 'cell1',
      heartbeatSeconds: 10,
      callSeconds: 7200,
    })),
    behaviour: ({ method }) => {
      if (method !== 'build_and_run_instance') return 'build';
      back ??= world.clock.now() + AWAY * 1000;
      return 'build';
    },
    aroundBatch: (run, queue) => (queue === 'compute-task' ? run() : serving.run(true, run)),
    tables: (tables) =>
      watchingAll(tables, async (method, [, key], run) => {
        const written = method === 'update' && typeof key === 'object' && key !== null && Reflect.get(key, 'sk');
        if (serving.getStore() === true && written === 'instance' && back !== undefined && world.clock.now() < back)
          throw new TableThrottled('away');
        return run();
      }),
  });
  await world.publish(world.request());
  await world.end();
  return world;
}

const hostsOf = (world: BuildWorld): string[] =>
  world
    .orders()
    .filter(({ method }) => method === 'build_and_run_instance')
    .map(({ host }) => host);

describe('a host that waits for an hour for an answer of ours', () => {
  test.each([300, 900, 1800])('has not stalled for %d seconds', async (stallSeconds) => {
    const world = await built({ stallSeconds, waitSeconds: 60 });

    expect(hostsOf(world)).toEqual(['host2']);
  });
});
