import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountsOf, checkNumInstances, exceeded, limitsOf, negative, times, tooMany } from '#conductor/quota';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';

const FLAVOR = { vcpus: 1, memory_mb: 512 };
const HIGH = { instances: 100, cores: 100, ram: 100_000 };

describe('amounts', () => {
  test('of servers are as many times what one counts', () => {
    expect(amountsOf(2, { vcpus: 3, memory_mb: 512 })).toEqual({ instances: 2, cores: 6, ram: 1024 });
  });

  test('of many are the sum of each, and are given back to nothing', () => {
    const amount = fc.integer({ min: 1, max: 1000 });

    fc.assert(
      fc.property(fc.record({ instances: amount, cores: amount, ram: amount }), fc.nat(20), (one, count) => {
        const sum = (of: keyof typeof one) => Array.from({ length: count }, () => one[of]).reduce((a, b) => a + b, 0);
        const all = times(one, count);
        const back = negative(all);

        expect(all).toEqual({ instances: sum('instances'), cores: sum('cores'), ram: sum('ram') });
        expect([all.instances + back.instances, all.cores + back.cores, all.ram + back.ram]).toEqual([0, 0, 0]);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});

describe('the limits of a request', () => {
  test.each([
    ['the deployment’s where the project has none', undefined, HIGH],
    ['the project’s where set', { cores: 4 }, { ...HIGH, cores: 4 }],
    ['the project’s, each by its name', { instances: 3, cores: 4, ram: 5 }, { instances: 3, cores: 4, ram: 5 }],
    ['the deployment’s where the project’s is no number', { cores: '4', ram: null }, HIGH],
  ])('are %s', (_title, project, expected) => {
    expect(limitsOf(HIGH, project, undefined).project).toEqual(expected);
  });

  test('bound its user where the user’s own are set', () => {
    expect(limitsOf(HIGH, undefined, { instances: 2 }).user).toEqual({ instances: 2, cores: -1, ram: -1 });
  });
});

test('what goes beyond any of its limits does not fit, the project’s or the user’s', () => {
  const usage = { instances: 1, cores: 1, ram: 512 };
  const bounds = [
    { limits: HIGH, usage },
    { limits: { ...HIGH, ram: 1000, cores: 1 }, usage },
  ];

  expect(exceeded(bounds, amountsOf(1, FLAVOR))).toEqual(['cores', 'ram']);
});

describe('a request that is over its limits when it is checked again', () => {
  const bound = { limits: { ...HIGH, cores: 4 }, usage: { instances: 0, cores: 4, ram: 0 } };

  test('shows the limit as used, since the request itself is what goes beyond it', () => {
    const texts = tooMany([bound], amountsOf(2, FLAVOR));

    expect(texts).toEqual({ overs: 'cores', req: '2', used: '4', allowed: '4' });
  });

  test('shows what was asked for where the usage has it already', () => {
    const texts = tooMany([{ ...bound, limits: { ...HIGH, cores: 3 } }], amountsOf(0, FLAVOR), amountsOf(1, FLAVOR));

    expect(texts).toEqual({ overs: 'cores', req: '1', used: '3', allowed: '3' });
  });
});

describe('check_num_instances_quota', () => {
  test('QUOTA-11 of one to five servers two still fit', () => {
    const limits = { ...HIGH, cores: 4 };
    const usage = { instances: 2, cores: 2, ram: 1024 };

    expect(checkNumInstances([{ limits, usage }], FLAVOR, { min: 1, max: 5 })).toEqual({ kind: 'fits', instances: 2 });
  });

  test('QUOTA-12 where not even one fits the error holds what is over, asked, used and allowed', () => {
    const all = { instances: 1, cores: 1, ram: 512 };

    expect(checkNumInstances([{ limits: all, usage: all }], FLAVOR, { min: 1, max: 1 })).toEqual({
      kind: 'over',
      texts: { overs: 'cores, instances, ram', req: '1, 1, 512', used: '1, 1, 512', allowed: '1, 1, 512' },
    });
  });

  test('fewer than the least number is reported as a range', () => {
    const limits = { ...HIGH, instances: 3 };

    const verdict = checkNumInstances([{ limits, usage: { instances: 2, cores: 2, ram: 1024 } }], FLAVOR, {
      min: 2,
      max: 5,
    });

    expect(verdict).toEqual({ kind: 'over', texts: { overs: 'instances', req: '2-5', used: '2', allowed: '3' } });
  });

  test('what the user alone would go beyond is reported with the numbers of the user', () => {
    const project = { limits: HIGH, usage: { instances: 9, cores: 9, ram: 9000 } };
    const user = { limits: { instances: 2, cores: -1, ram: -1 }, usage: { instances: 2, cores: 2, ram: 1024 } };

    const verdict = checkNumInstances([project, user], FLAVOR, { min: 1, max: 1 });

    expect(verdict).toEqual({ kind: 'over', texts: { overs: 'instances', req: '1', used: '2', allowed: '2' } });
  });

  test('what fits is the most that goes beyond no limit', () => {
    const amount = fc.integer({ min: 0, max: 40 });
    const amounts = fc.record({ instances: amount, cores: amount, ram: amount });
    const limit = fc.integer({ min: -1, max: 40 });
    const limits = fc.record({ instances: limit, cores: limit, ram: limit });
    const flavor = fc.record({ vcpus: fc.integer({ min: 0, max: 4 }), memory_mb: fc.integer({ min: 0, max: 4 }) });

    fc.assert(
      fc.property(limits, amounts, flavor, fc.integer({ min: 1, max: 9 }), (limits_, usage, size, max) => {
        const bound = { limits: limits_, usage };
        const fits = (servers: number): boolean => exceeded([bound], amountsOf(servers, size)).length === 0;
        const most = Array.from({ length: max }, (_, at) => max - at).find(fits);
        const verdict = checkNumInstances([bound], size, { min: 1, max });
        expect(verdict.kind === 'fits' ? verdict.instances : undefined).toBe(most);
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
