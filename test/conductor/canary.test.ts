import { describe, expect, it } from 'vitest';
import { nextOfCanary } from '#conductor/canary';

describe('what is done about a canary', () => {
  const every = 900;

  it.each([
    [{ phase: null, seconds: 899, instance: 'unplaced' }, 'wait'],
    [{ phase: null, seconds: 900, instance: 'unplaced' }, 'build'],
    [{ phase: 'building', seconds: 600, instance: 'building' }, 'wait'],
    [{ phase: 'building', seconds: 601, instance: 'building' }, 'fail'],
    [{ phase: 'building', seconds: 601, instance: 'unplaced' }, 'fail'],
    [{ phase: 'building', seconds: 1, instance: 'error' }, 'fail'],
    [{ phase: 'building', seconds: 1, instance: 'gone' }, 'fail'],
    [{ phase: 'building', seconds: 1, instance: 'active' }, 'delete'],
    [{ phase: 'deleting', seconds: 600, instance: 'active' }, 'wait'],
    [{ phase: 'deleting', seconds: 601, instance: 'active' }, 'fail'],
    [{ phase: 'deleting', seconds: 601, instance: 'unplaced' }, 'done'],
    [{ phase: 'deleting', seconds: 1, instance: 'gone' }, 'done'],
  ] as const)('%j: %s', (facts, decision) => {
    expect(nextOfCanary({ ...facts, every })).toBe(decision);
  });
});
