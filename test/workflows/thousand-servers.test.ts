import { afterEach, describe, expect, it } from 'vitest';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';

const UNLIMITED = { quota: { instances: -1, cores: -1, ram: -1 } };
const HOSTS = Array.from({ length: 20 }, (_, at) => ({
  host: `host${at}`,
  cell: at % 2 === 0 ? 'cell1' : 'cell2',
  heartbeatSeconds: 0,
  capacity: { vcpus: 64, memoryMb: 65_536, diskGb: 1000 },
}));

const worlds: BuildWorld[] = [];
const boot = async (options: BuildWorldOptions = {}): Promise<BuildWorld> => {
  const world = await BuildWorld.boot({ hosts: HOSTS, config: UNLIMITED, ...options });
  worlds.push(world);
  return world;
};

afterEach(async () => {
  for (const world of worlds.splice(0)) await world.world.stop();
});

const servers = (world: BuildWorld, vmState: string): number =>
  world.look(() =>
    ['cell-cell0', 'cell-cell1', 'cell-cell2'].flatMap((table) =>
      world.items(table).filter(({ sk, vm_state }) => sk === 'instance' && vm_state === vmState),
    ),
  ).length;

/** The longest input, output or other detail in the history of the build and of some launches, in bytes. */
async function largestState(world: BuildWorld): Promise<number> {
  let largest = 0;
  for (const { executionArn } of (await world.executions('build', 'launch')).slice(0, 20)) {
    const { events } = await world.world.runner.getExecutionHistory({ executionArn });
    for (const { details } of events)
      for (const value of Object.values(details))
        largest = Math.max(largest, Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)));
  }
  return largest;
}

describe('a request for many servers', () => {
  it('of 1,000 builds them all, with small states, a short history and no more requests for each than for one', async () => {
    let requests = 0;
    const cost = new Map<number, number>();
    for (const count of [1, 100, 1000]) {
      const world = await boot({ onRequest: () => (requests += 1) });
      requests = 0;

      await world.build(world.request(count));

      cost.set(count, requests / count);
      const [build] = await world.executions('build');
      const history = await world.world.runner.getExecutionHistory({ executionArn: build?.executionArn ?? '' });
      expect(servers(world, 'active')).toBe(count);
      expect(world.world.troubles).toEqual([]);
      expect(build).toMatchObject({ status: 'SUCCEEDED', output: '{"outcome":"launched"}' });
      expect(history.events.length).toBeLessThan(10_000);
      expect(await largestState(world)).toBeLessThan(262_144);
      expect(world.platform.blobs.keys()).toHaveLength(count === 1000 ? 1 : 0);
    }
    const one = cost.get(1) ?? 0;
    expect(cost.get(100)).toBeLessThanOrEqual(one);
    expect(cost.get(1000)).toBeLessThanOrEqual(one);
  }, 300_000);
});
