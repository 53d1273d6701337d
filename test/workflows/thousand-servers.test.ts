import { describe, expect, it } from 'vitest';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { roomyWorlds, serversIn } from '../fixtures/many-servers.ts';

const boot = roomyWorlds();

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
      const [build] = await world.executions('build', 'launch');
      const history = await world.world.runner.getExecutionHistory({ executionArn: build?.executionArn ?? '' });
      expect(serversIn(world, 'active')).toBe(count);
      expect(world.world.troubles).toEqual([]);
      expect(build).toMatchObject({ status: 'SUCCEEDED' });
      expect(history.events.length).toBeLessThan(10_000);
      expect(await largestState(world)).toBeLessThan(262_144);
      expect(world.platform.blobs.keys()).toHaveLength(count === 1000 ? 1 : 0);
    }
    const one = cost.get(1) ?? 0;
    expect(cost.get(100)).toBeLessThanOrEqual(one);
    expect(cost.get(1000)).toBeLessThanOrEqual(one);
  }, 300_000);
});
