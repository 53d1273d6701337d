import { describe, expect, test } from 'vitest';
import { checkAttempts, filterPropertiesOf, plainLimits, retries, type Tried, type Try } from '#conductor/retry';
import type { JsonMap } from '#ports/json';

const HOST1: Tried = ['host1', 'node1'];

const tried = (properties: JsonMap, change: Partial<Try> = {}): JsonMap =>
  filterPropertiesOf(properties, { attempt: 1, maxAttempts: 3, hosts: [HOST1], limits: {}, ...change });

describe('populate_retry and populate_filter_properties', () => {
  test('SCHED-01 a first attempt is counted', () => {
    expect(tried({}, { hosts: [] })['retry']).toEqual({ num_attempts: 1, hosts: [] });
  });

  test('SCHED-02 with one attempt at most, nothing is counted', () => {
    expect(tried({}, { maxAttempts: 1 })).not.toHaveProperty('retry');
  });

  test.each([
    ['SCHED-03 one forced host', { force_hosts: ['a'] }],
    ['SCHED-04 one forced node', { force_nodes: ['n'] }],
  ])('%s disables retry', (_title, properties) => {
    expect(retries(properties, 3)).toBe(false);
    expect(tried(properties)).not.toHaveProperty('retry');
  });

  test('SCHED-05 two forced hosts keep it', () => {
    expect(tried({ force_hosts: ['a', 'b'] })['retry']).toMatchObject({ num_attempts: 1 });
  });

  test('SCHED-06 beyond the limit it is refused, with the reason of the last try', () => {
    expect(() => checkAttempts(3, 2, 'uuid-1', 'disk full')).toThrow(/attempts 2 .*uuid-1.*disk full/u);
    const earlier = { retry: { num_attempts: 2, hosts: [], exc_reason: 'disk full' } };
    expect(tried(earlier, { attempt: 3 })['retry']).toEqual({ num_attempts: 3, hosts: [HOST1] });
  });

  test('SCHED-07 at the limit it is allowed', () => {
    expect(() => checkAttempts(3, 3, 'uuid-1', 'disk full')).not.toThrow();
  });

  test('of a selection that is a plain map the host is recorded and the limits are written [SCHED-09]', () => {
    const selection = { host: 'host1', nodename: 'node1', limits: { vcpu: 1, memory_mb: null } };

    const properties = tried(
      {},
      { hosts: [[selection.host, selection.nodename]], limits: plainLimits(selection.limits) },
    );

    expect(properties).toEqual({ limits: { vcpu: 1 }, retry: { num_attempts: 1, hosts: [['host1', 'node1']] } });
  });

  test('every chosen host is recorded, and no limits are an empty map [SCHED-08]', () => {
    expect(tried({}, { hosts: [HOST1, HOST1] })).toEqual({
      limits: {},
      retry: {
        num_attempts: 1,
        hosts: [
          ['host1', 'node1'],
          ['host1', 'node1'],
        ],
      },
    });
  });

  test('SCHED-10 SCHED-12 limits are written where no host is forced, with or without retry', () => {
    expect(tried({}, { maxAttempts: 1, limits: { vcpu: 1 } })).toEqual({ limits: { vcpu: 1 } });
    expect(tried({ force_nodes: ['n'] }, { limits: { vcpu: 1 } })).toEqual({ force_nodes: ['n'], limits: { vcpu: 1 } });
  });

  test('SCHED-11 with a forced host there are neither', () => {
    expect(tried({ force_hosts: ['a'] })).toEqual({ force_hosts: ['a'] });
  });

  test('an empty list of forced hosts forces none: limits are written', () => {
    expect(tried({ force_hosts: [] }, { limits: { vcpu: 1 } })).toMatchObject({ limits: { vcpu: 1 } });
  });

  test('SCHED-13 with several forced hosts the host is recorded, and no limits', () => {
    const properties = tried({ force_hosts: ['a', 'b'] });

    expect(properties['retry']).toMatchObject({ hosts: [['host1', 'node1']] });
    expect(properties).not.toHaveProperty('limits');
  });

  test('SCHED-14 with several forced nodes the host is recorded, and limits', () => {
    expect(tried({ force_nodes: ['a', 'b'] })).toMatchObject({ limits: {}, retry: { hosts: [['host1', 'node1']] } });
  });

  test('SCHED-15 limits are sent without their nulls', () => {
    const limits = { vcpu: 1, disk_gb: 2, memory_mb: 3, numa_topology: null };

    expect(plainLimits(limits)).toEqual({ vcpu: 1, disk_gb: 2, memory_mb: 3 });
  });
});
