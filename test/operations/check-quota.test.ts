import { describe, expect, it } from 'vitest';
import { checkNumInstancesQuota } from '#operations/check-quota';
import { API, quotaKey, quotaLimitsKey, userLimitsKey } from '#records/keys';
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

  it("QUOTA-12 throws TooManyInstances where nothing fits; of the user's and the project's limit the lower one holds", async () => {
    const { tables } = memoryTables();
    const all = { instances: 1, cores: 1, ram: 512 };
    await tables.put(API, { ...userLimitsKey('p', 'u'), ...all });
    await tables.put(API, { ...quotaKey('p'), ...all });

    const error = await rejected(checkNumInstancesQuota({ tables }, DEFAULTS, { ...ASKING, user: 'u', max: 1 }));

    expect(error).toMatchObject({
      name: 'TooManyInstances',
      params: { overs: 'cores, instances, ram', req: '1, 1, 512', used: '1, 1, 512', allowed: '1, 1, 512' },
    });
  });

  it('lets a project that has nothing have all', async () => {
    expect(await checkNumInstancesQuota(memoryTables(), DEFAULTS, ASKING)).toBe(5);
  });
});
