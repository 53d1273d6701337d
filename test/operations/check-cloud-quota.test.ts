import { describe, expect, it } from 'vitest';
import { checkCloudQuota, countsInCloud, ownLimits } from '#operations/check-cloud-quota';
import { DEFAULTS, type Configuration } from '#ports/configuration';
import type { Resources } from '#ports/placement';
import { API, quotaKey, quotaLimitsKey, userLimitsKey } from '#records/keys';
import { fieldsOf } from '#wire/reading';
import { rejected } from '../fixtures/rejected.ts';
import { flavor, requestSpec } from '../fixtures/request-spec.ts';
import { memoryTables } from '../fixtures/tables.ts';

const COUNTED: Partial<Configuration> = { recheckQuota: true, countUsageFromPlacement: true, quotaDriver: 'counted' };
const UNIFIED: Partial<Configuration> = { recheckQuota: true, quotaDriver: 'unified' };
const QUOTA = { instances: 10, cores: 10, ram: 10_000 };
const ASKED = { instances: 1, cores: 2, ram: 512 };
const spec = fieldsOf(requestSpec({ flavor: flavor({ vcpus: 2 }) }));
const request = { project: 'p', user: 'u', spec, asked: ASKED };

/** A cloud in which project p uses so much, and its user u so much, with unified limits. */
function cloud(
  config: Partial<Configuration>,
  { project = {}, user = {}, limits = {} }: { project?: Resources; user?: Resources; limits?: Resources } = {},
) {
  const { tables } = memoryTables();
  const asked: (readonly string[])[] = [];
  const cloudQuota = {
    usages: async (_project: string, of?: string) => (of === undefined ? project : user),
    limits: async (_project: string, names: readonly string[]) => {
      asked.push(names);
      return new Map(Object.entries(limits).filter(([name]) => names.includes(name)));
    },
  };
  return { tables, cloudQuota, asked, config: { ...DEFAULTS, quota: QUOTA, ...config } };
}

describe('usage counts in the books of a cloud', () => {
  it.each([
    ['where it is counted from Placement', COUNTED, true],
    ['where limits are unified', UNIFIED, true],
    ['not where the deployment counts by itself', { ...COUNTED, countUsageFromPlacement: false }, false],
    ['not where nothing is checked again', { ...UNIFIED, recheckQuota: false }, false],
  ])('%s', (_title, config, counts) => {
    expect(countsInCloud(cloud(config))).toBe(counts);
  });

  it('not where no cloud is named, and nothing is asked', async () => {
    const { config, tables } = cloud(UNIFIED);

    expect(countsInCloud({ config })).toBe(false);
    await expect(checkCloudQuota({ config, tables }, request)).resolves.toBeUndefined();
  });

  it('not where the deployment counts by itself, and nothing is asked', async () => {
    const services = cloud({ ...COUNTED, countUsageFromPlacement: false }, { project: { VCPU: 99 } });

    await expect(checkCloudQuota(services, request)).resolves.toBeUndefined();
  });
});

describe('the limits of the deployment’s own count', () => {
  const limits = { project: QUOTA, user: { instances: 2, cores: 3, ram: 4 } };
  const NONE = { instances: -1, cores: -1, ram: -1 };

  it.each([
    ['all of them where nothing else counts', { countUsageFromPlacement: false }, limits],
    [
      'those of servers where Placement counts the rest',
      COUNTED,
      {
        project: { ...NONE, instances: 10 },
        user: { ...NONE, instances: 2 },
      },
    ],
    ['none where limits are unified', UNIFIED, { project: NONE, user: NONE }],
  ])('are %s', (_title, config, own) => {
    expect(ownLimits(cloud(config), limits)).toEqual(own);
  });
});

describe('what Placement counts', () => {
  it.each([
    ['of shared and dedicated processors together', { VCPU: 6, PCPU: 5 }, { overs: 'cores', req: '2', allowed: '10' }],
    ['of memory', { MEMORY_MB: 10_001 }, { overs: 'ram', req: '512', allowed: '10000' }],
    ['of dedicated processors alone', { PCPU: 11 }, { overs: 'cores', req: '2', allowed: '10' }],
  ])('is held to the limits of the project: too much %s', async (_title, project, params) => {
    const error = await rejected(checkCloudQuota(cloud(COUNTED, { project }), request));

    expect(error).toMatchObject({ name: 'TooManyInstances', params });
  });

  it.each([
    ['all of them', { VCPU: 6, PCPU: 4, MEMORY_MB: 10_000 }],
    ['nothing', {}],
  ])('is within the limits of the project where it is %s', async (_title, project) => {
    await expect(checkCloudQuota(cloud(COUNTED, { project }), request)).resolves.toBeUndefined();
  });

  it('is held to the limits that were set for the project', async () => {
    const services = cloud(COUNTED, { project: { VCPU: 5 } });
    await services.tables.put(API, { ...quotaLimitsKey('p'), cores: 4 });

    expect(await rejected(checkCloudQuota(services, request))).toMatchObject({ params: { allowed: '4' } });
  });

  it('is held to the limits of the user where the user has limits', async () => {
    const services = cloud(COUNTED, { user: { VCPU: 3 } });
    await services.tables.put(API, { ...userLimitsKey('p', 'u'), cores: 2 });

    expect(await rejected(checkCloudQuota(services, request))).toMatchObject({ name: 'TooManyInstances' });
    await expect(checkCloudQuota(services, { project: 'p', spec, asked: ASKED })).resolves.toBeUndefined();
  });

  it('of a user without limits is not asked for', async () => {
    const services = cloud(COUNTED, { user: { VCPU: 999 } });

    await expect(checkCloudQuota(services, request)).resolves.toBeUndefined();
  });
});

describe('unified limits', () => {
  const LIMITS = { servers: 2, 'class:VCPU': 4, 'class:MEMORY_MB': 1000, 'class:DISK_GB': 10 };
  const used = { VCPU: 4, MEMORY_MB: 1000, DISK_GB: 10, CUSTOM_FPGA: 7 };

  it('hold what the request asks of Placement, by the classes that it names', async () => {
    const services = cloud(UNIFIED, { project: used, limits: LIMITS });

    await expect(checkCloudQuota(services, request)).resolves.toBeUndefined();

    expect(services.asked).toEqual([['servers', 'class:DISK_GB', 'class:MEMORY_MB', 'class:VCPU']]);
  });

  it.each([
    ['too much of a class', { project: { ...used, VCPU: 5 }, limits: LIMITS }, /class:VCPU is over limit of 4/u],
    [
      'too many servers with those that are asked for',
      { project: used, limits: { ...LIMITS, servers: 0 } },
      /servers/u,
    ],
    ['what must have a limit and has none', { project: used, limits: { servers: 2 } }, /class:VCPU/u],
  ])('refuse %s', async (_title, books, pattern) => {
    const named = { unifiedLimitsStrategy: 'require', unifiedLimitsResources: ['servers', 'class:VCPU'] } as const;

    const error = await rejected(checkCloudQuota(cloud({ ...UNIFIED, ...named }, books), request));

    expect(error).toMatchObject({ name: 'ProjectOverLimit', params: { project_id: 'p' } });
    expect(error).toMatchObject({ message: expect.stringMatching(pattern) });
  });

  it('count the servers that the project has already', async () => {
    const services = cloud(UNIFIED, { project: used, limits: LIMITS });
    await services.tables.put(API, { ...quotaKey('p'), instances: 2 });

    expect(await rejected(checkCloudQuota(services, request))).toMatchObject({ name: 'ProjectOverLimit' });
  });
});

it('dedicated processors are held to the limit of VCPU where unifiedLimitsCountPcpuAsVcpu says so', async () => {
  const used = { project: { VCPU: 4, PCPU: 4 }, limits: { servers: 9, 'class:VCPU': 6 } };
  const named = { ...UNIFIED, unifiedLimitsResources: ['servers', 'class:VCPU'] };
  const apart = cloud(named, used);
  const together = cloud({ ...named, unifiedLimitsCountPcpuAsVcpu: true }, used);

  const error = await rejected(checkCloudQuota(together, request));

  expect(error).toMatchObject({ name: 'ProjectOverLimit', message: expect.stringContaining('class:VCPU') });
  await expect(checkCloudQuota(apart, request)).resolves.toBeUndefined();
});
