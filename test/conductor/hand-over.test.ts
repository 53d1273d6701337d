import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { awaitBuild, type AwaitedBuild } from '#conductor/await-build';
import { handOver, type LosingHost } from '#conductor/hand-over';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';

const TOOK: LosingHost = { order: 'taken', confirmed: false, external: 'held' };

describe('an order whose host is given up', () => {
  test.each([
    ['waits', {}],
    ['waits', { order: 'restarted' }],
    ['goes', { order: 'untaken' }],
    ['goes', { external: 'nothing' }],
    ['goes', { confirmed: true }],
    ['goes', { confirmed: true, order: 'restarted' }],
  ] as const)('%s elsewhere with %j', (kind, facts) => {
    expect(handOver({ ...TOOK, ...facts }).kind).toBe(kind);
  });

  test.each([
    ['who has to speak', {}, /a person or a fencing agent/u],
    ['that its host was confirmed to be down', { confirmed: true }, /nothing runs/u],
    ['that the order was not taken', { order: 'untaken' }, /no sign/u],
    ['that nothing is shared', { external: 'nothing' }, /neither ports nor volumes$/u],
  ] as const)('is explained by %s', (_what, facts, reason) => {
    expect(handOver({ ...TOOK, ...facts }).reason).toMatch(reason);
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
  fc.record({ kind: fc.constant('restarted' as const), seconds: fc.nat(5000), unread: fc.constant(undefined) }),
);
const awaited: fc.Arbitrary<AwaitedBuild> = fc.record({
  settled: fc.constantFrom(undefined, 'active'),
  ordered: fc.boolean(),
  rescheduleStored: fc.boolean(),
  host: verdict,
  order,
  external: fc.constantFrom('nothing' as const, 'held' as const),
  unchanged: fc.record({ seconds: fc.nat(100_000), unread: fc.constant(undefined) }),
  limits: fc.record({ orderSeconds: fc.nat(1000), restartGraceSeconds: fc.nat(1000), stallSeconds: fc.nat(1000) }),
});

const SILENT: AwaitedBuild = {
  settled: undefined,
  ordered: true,
  rescheduleStored: false,
  host: { liveness: 'up', reason: '' },
  order: { kind: 'taken' },
  external: 'nothing',
  unchanged: { seconds: 120, unread: undefined },
  limits: { orderSeconds: 600, restartGraceSeconds: 300, stallSeconds: 1800 },
};
const down = { host: { liveness: 'down', reason: 'not heard' } } as const;

describe('a build that was silent for a while', () => {
  test.each([
    ['is over, although its host asked for another', { settled: 'active', rescheduleStored: true }, 'settled', {}],
    ['gets its order, which was never given', { ordered: false }, 'order', { reason: expect.stringMatching(/order/u) }],
    ['waits for a host that lives', {}, 'wait', {}],
    [
      'goes elsewhere, its host being down',
      down,
      'reschedule',
      { asked: false, reason: 'the host is down: not heard' },
    ],
    [
      'goes elsewhere as its host has asked',
      { rescheduleStored: true },
      'reschedule',
      { asked: true, reason: 'the host asked for it' },
    ],
    [
      'is held back with both reasons while its guest might wake',
      { ...down, external: 'held' },
      'wait',
      { heldBack: true, reason: expect.stringMatching(/^the host is down: not heard; .*fencing/u) },
    ],
  ] as const)('%s', (_title, facts, kind, more) => {
    expect(awaitBuild({ ...SILENT, ...facts })).toMatchObject({ kind, ...more });
  });

  test('never goes elsewhere while its guest could come to life beside another', () => {
    const property = fc.property(awaited, (facts) => {
      const decision = awaitBuild(facts);
      const mayWake = facts.order.kind !== 'untaken' && facts.external === 'held' && facts.host.confirmed !== true;

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
