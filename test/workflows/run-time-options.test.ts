import { describe, expect, it } from 'vitest';
import type { JsonMap } from '#ports/json';
import { API, runTimeKey } from '#records/keys';
import { BuildWorld } from '../fixtures/build-world.ts';

/** A deployment whose functions have run before, and what sets options of it. */
async function runningWorld() {
  const world = await BuildWorld.boot({ reloads: true });
  await world.build();
  let version = 0;
  const set = async (values: JsonMap) => {
    version += 1;
    await world.platform.tables.put(API, { ...runTimeKey, version, values });
    await world.clock.advance(60_000);
  };
  const stateOfNext = async () => {
    const { uuids } = await world.build();
    return world.server(uuids[0] ?? '').item['vm_state'];
  };
  return { world, set, stateOfNext };
}

describe('an option that is changed at run time', () => {
  it('holds within a minute for functions that run already, and no longer than it is set', async () => {
    const { set, stateOfNext } = await runningWorld();

    await set({ quotaInstances: 1 });
    const bounded = await stateOfNext();
    await set({ quotaInstances: 1, recheckQuota: false });
    const unchecked = await stateOfNext();
    await set({});
    const free = await stateOfNext();

    expect([bounded, unchecked, free]).toEqual(['error', 'active', 'active']);
  });

  it('holds for the scheduler', async () => {
    const { set, stateOfNext } = await runningWorld();

    await set({ schedulerRpc: '4.4' });

    expect(await stateOfNext()).toBe('error');
  });
});
