import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amountsOf, checkNumInstances, exceeded } from '#conductor/quota';

const FLAVOR = { vcpus: 1, memory_mb: 512 };
const HIGH = { instances: 100, cores: 100, ram: 100_000 };

describe('check_num_instances_quota', () => {
  test('QUOTA-11 of one to five servers two still fit', () => {
    const limits = { ...HIGH, cores: 4 };
    const usage = { instances: 2, cores: 2, ram: 1024 };

    expect(checkNumInstances([{ limits, usage }], FLAVOR, { min: 1, max: 5 })).toEqual({ kind: 'fits', instances: 2 });
  });

  test('QUOTA-12 where not even one fits the error tells what is over, asked, used and allowed', () => {
    const all = { instances: 1, cores: 1, ram: 512 };

    expect(checkNumInstances([{ limits: all, usage: all }], FLAVOR, { min: 1, max: 1 })).toEqual({
      kind: 'over',
      texts: { overs: 'cores, instances, ram', req: '1, 1, 512', used: '1, 1, 512', allowed: '1, 1, 512' },
    });
  });

  test('fewer than the least number is told as a range', () => {
    const limits = { ...HIGH, instances: 3 };

    const verdict = checkNumInstances([{ limits, usage: { instances: 2, cores: 2, ram: 1024 } }], FLAVOR, {
      min: 2,
      max: 5,
    });

    expect(verdict).toEqual({ kind: 'over', texts: { overs: 'instances', req: '2-5', used: '2', allowed: '3' } });
  });

  test('what the user alone would go beyond is told with the numbers of the user', () => {
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
    );
  });
});
