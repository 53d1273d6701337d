import { decideGroupPolicy } from '#conductor/group-policy';
import { describe, expect, it } from 'vitest';

const ALL = {
  enabledFilters: ['ServerGroupAffinityFilter', 'nova.scheduler.filters.affinity_filter.ServerGroupAntiAffinityFilter'],
  weightClasses: [
    'nova.scheduler.weights.affinity.ServerGroupSoftAffinityWeigher',
    'nova.scheduler.weights.affinity.ServerGroupSoftAntiAffinityWeigher',
  ],
};
const NONE = { enabledFilters: ['ComputeFilter'], weightClasses: ['fake'] };

describe('decideGroupPolicy', () => {
  it.each(['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity'])(
    'GROUP-02 the policy %s is supported where its class is configured',
    (policy) => {
      expect(decideGroupPolicy([policy], ALL)).toEqual({ kind: 'supported' });
    },
  );

  it.each([
    ['GROUP-05', 'affinity', 'ServerGroupAffinityFilter'],
    ['GROUP-06', 'anti-affinity', 'ServerGroupAntiAffinityFilter'],
    ['GROUP-07', 'soft-affinity', 'ServerGroupSoftAffinityWeigher'],
    ['GROUP-07', 'soft-anti-affinity', 'ServerGroupSoftAntiAffinityWeigher'],
  ])('%s the policy %s is not supported without %s', (_, policy, missing) => {
    expect(decideGroupPolicy([policy], NONE)).toEqual({
      kind: 'unsupported',
      missing,
      reason: `${missing} not configured`,
    });
  });

  it('GROUP-08 the catch-all weighers support the soft policies', () => {
    const support = { ...NONE, weightClasses: ['nova.scheduler.weights.all_weighers'] };

    expect(decideGroupPolicy(['soft-affinity'], support)).toEqual({ kind: 'supported' });
    expect(decideGroupPolicy(['soft-anti-affinity'], support)).toEqual({ kind: 'supported' });
  });

  it('a group without any of the four policies does not bear on scheduling', () => {
    expect(decideGroupPolicy(['legacy'], NONE)).toEqual({ kind: 'no-scheduling-policy' });
  });
});
