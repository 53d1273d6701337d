import { describe, expect, it } from 'vitest';
import { checkNumInstancesQuota } from '#operations/check-quota';
import { API, quotaKey, quotaLimitsKey, userLimitsKey, userUsageKey } from '#records/keys';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';

const DEFAULTS = { instances: 100, cores: 100, ram: 100_000 };
const ASKING = { project: 'p', flavor: { vcpus: 1, memory_mb: 512 }, min: 1, max: 5 };

describe('check_num_instances_quota', () => {
  it('QUOTA-11 counts what the project uses, against its own limits', async () => {
    const { tables } = memoryTables();
    await tables.put(API, { ...quotaLimitsKey('p'), cores: 4 });
    await tables.put(API, { ...quotaKey('p'), instances: 2, cores: 2, ram: 1024 });

    expect(await checkNumInstancesQuota({ tables }, DEFAULTS, ASKING)).toBe(2);
  });

  it("QUOTA-12 throws TooManyInstances where the user's own usage leaves no room in the user's limits", async () => {
    const { tables } = memoryTables();
    const all = { instances: 1, cores: 1, ram: 512 };
    await tables.put(API, { ...userLimitsKey('p', 'u'), ...all });
    await tables.put(API, { ...userUsageKey('p', 'u'), ...all });

    const error = await rejected(checkNumInstancesQuota({ tables }, DEFAULTS, { ...ASKING, user: 'u', max: 1 }));

    expect(error).toMatchObject({
      name: 'TooManyInstances',
      params: { overs: 'cores, instances, ram', req: '1, 1, 512', used: '1, 1, 512', allowed: '1, 1, 512' },
    });
  });

  it("holds a user's limits against that user's usage, not against what others of the project use", async () => {
    const { tables } = memoryTables();
    await tables.put(API, { ...userLimitsKey('p', 'b'), instances: 1, cores: 1, ram: 512 });
    await tables.put(API, { ...quotaKey('p'), instances: 1, cores: 1, ram: 512 });
    await tables.put(API, { ...userUsageKey('p', 'a'), instances: 1, cores: 1, ram: 512 });

    expect(await checkNumInstancesQuota({ tables }, DEFAULTS, { ...ASKING, user: 'b' })).toBe(1);
  });

  it('lets a project that has nothing have all', async () => {
    expect(await checkNumInstancesQuota(memoryTables(), DEFAULTS, ASKING)).toBe(5);
  });
});
