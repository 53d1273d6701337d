import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awaitBuild, type AwaitedBuild } from '#conductor/await-build';
import { handOver, type LosingHost } from '#conductor/hand-over';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';

const TOOK: LosingHost = { order: 'taken', confirmed: false, outside: 'held' };

describe('an order whose host is given up', () => {
  test.each([
    ['waits', {}],
    ['waits', { order: 'restarted' }],
    ['goes', { order: 'untaken' }],
    ['goes', { outside: 'nothing' }],
    ['goes', { confirmed: true }],
    ['goes', { confirmed: true, order: 'restarted' }],
  ] as const)('%s elsewhere with %j', (kind, facts) => {
    expect(handOver({ ...TOOK, ...facts }).kind).toBe(kind);
  });
});

const verdict = fc.constantFrom(
  { liveness: 'up', reason: '' } as const,
  { liveness: 'unknown', reason: '' } as const,
  { liveness: 'down', reason: '' } as const,
  { liveness: 'down', reason: '', confirmed: true } as const,
);
const order = fc.oneof(
  fc.record({
    kind: fc.constant('untaken' as const),
    seconds: fc.nat(5000),
    queued: fc.nat(1),
    unread: fc.constantFrom(undefined, 'nothing was read'),
  }),
  fc.constant({ kind: 'taken' as const }),
  fc.record({ kind: fc.constant('restarted' as const), seconds: fc.nat(5000) }),
);
const awaited: fc.Arbitrary<AwaitedBuild> = fc.record({
  settled: fc.constantFrom(undefined, 'active'),
  ordered: fc.boolean(),
  rescheduleStored: fc.boolean(),
  host: verdict,
  order,
  outside: fc.constantFrom('nothing' as const, 'held' as const),
  unchangedSeconds: fc.nat(100_000),
  limits: fc.record({ orderSeconds: fc.nat(1000), restartGraceSeconds: fc.nat(1000), stallSeconds: fc.nat(1000) }),
});

describe('a build that was silent for a while', () => {
  test('never goes elsewhere while its guest could come to life beside another', () => {
    const property = fc.property(awaited, (facts) => {
      const decision = awaitBuild(facts);
      const mayWake = facts.order.kind !== 'untaken' && facts.outside === 'held' && facts.host.confirmed !== true;

      expect(mayWake && decision.kind === 'reschedule' && !decision.asked).toBe(false);
    });

    fc.assert(property, { numRuns: PROPERTY_RUNS });
  });

  test('goes elsewhere at the word of its host, whatever it has', () => {
    const property = fc.property(awaited, (facts) => {
      const decision = awaitBuild({ ...facts, settled: undefined, rescheduleStored: true });

      expect(decision).toMatchObject({ kind: 'reschedule', asked: true });
    });

    fc.assert(property, { numRuns: PROPERTY_RUNS });
  });

  test('is taken from no host of which nobody knows whether it lives', () => {
    const property = fc.property(awaited, (facts) => {
      const host = { liveness: 'unknown', reason: '' } as const;

      expect(awaitBuild({ ...facts, host, rescheduleStored: false }).kind).not.toBe('reschedule');
    });

    fc.assert(property, { numRuns: PROPERTY_RUNS });
  });
});
