import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderVerdict, type HostAtWork } from '#conductor/host-at-work';
import type { Liveness } from '#ports/service-group';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';

const is = (liveness: Liveness) => ({ host: { liveness, reason: 'so it is' } });
const AT_WORK: HostAtWork = {
  ...is('up'),
  order: { kind: 'taken' },
  unchanged: { seconds: 3600, unread: undefined },
  limits: { orderSeconds: 600, restartGraceSeconds: 300, stallSeconds: 0 },
};
const untaken = (seconds: number, more: object = {}) => ({
  order: { kind: 'untaken' as const, seconds, queued: 0, unread: undefined, ...more },
});
const limits = (changes: Partial<HostAtWork['limits']>) => ({ limits: { ...AT_WORK.limits, ...changes } });

const restartedLongAgo = {
  order: { kind: 'restarted', seconds: 600, unread: undefined },
  limits: { ...AT_WORK.limits, restartGraceSeconds: 0 },
} as const;

const UNHEARD_SINCE_RESTART = { order: { kind: 'restarted', seconds: 300, unread: 'no pulse' } } as const;
const UNHEARD_FOR_LONG = { unchanged: { seconds: 3600, unread: 'no pulse' }, ...limits({ stallSeconds: 3600 }) };

describe('a host that has an order', () => {
  test.each([
    ['keeps', 'what it has taken, for as long as it lives', {}],
    ['keeps', 'everything while nobody knows whether it lives', { ...is('unknown'), ...untaken(9000) }],
    ['lost', 'what it has taken, when it is down', is('down')],
    ['keeps', 'what it has shown no sign of for a short while', untaken(599)],
    ['lost', 'what it has shown no sign of', untaken(600)],
    ['keeps', 'what waits in its queue', untaken(600, { queued: 1 })],
    ['keeps', 'what it may have reported unheard', untaken(600, { unread: 'no pulse' })],
    ['keeps', 'what it has shown no sign of, without a limit', { ...untaken(90_000), ...limits({ orderSeconds: 0 }) }],
    [
      'lost',
      'what it changes nothing of, though it gave a sign lately',
      { ...untaken(1), ...limits({ stallSeconds: 1 }) },
    ],
    ['keeps', 'what it took before its restart past the time for a first sign', restartedLongAgo],
    [
      'keeps',
      'what it had before its restart, for a grace',
      { order: { kind: 'restarted', seconds: 299, unread: undefined } },
    ],
    ['lost', 'what it had before its restart', { order: { kind: 'restarted', seconds: 300, unread: undefined } }],
    ['lost', 'what it changes nothing of, where there is a limit', limits({ stallSeconds: 3600 })],
    ['keeps', 'what it changed lately, where there is a limit', limits({ stallSeconds: 3601 })],
    ['keeps', 'what it may have finished unheard since its restart', UNHEARD_SINCE_RESTART],
    ['keeps', 'what it may have changed unheard, where there is a limit', UNHEARD_FOR_LONG],
  ] as const)('%s %s', (kind, _what, changes) => {
    expect(orderVerdict({ ...AT_WORK, ...changes }).kind).toBe(kind);
  });

  test.each([
    ['why nobody knows whether it lives', is('unknown'), /so it is/u],
    ['why it is down', is('down'), /so it is/u],
    ['that the order is queued', untaken(600, { queued: 1 }), /queue/u],
    ['why its sign may be unread', untaken(600, { unread: 'no pulse' }), /no pulse/u],
    ['why its end may be unread', UNHEARD_SINCE_RESTART, /finished it: no pulse/u],
    ['why its changes may be unread', UNHEARD_FOR_LONG, /has done: no pulse/u],
    ['how long it gave no sign', untaken(600), /600 seconds/u],
    ['how long ago it restarted', { order: { kind: 'restarted', seconds: 301, unread: undefined } }, /301 seconds/u],
    ['for how long nothing changed', limits({ stallSeconds: 3600 }), /3600 seconds/u],
    ['that it lives', {}, /up/u],
  ] as const)('is judged with the reason: %s', (_what, changes, reason) => {
    expect(orderVerdict({ ...AT_WORK, ...changes }).reason).toMatch(reason);
  });

  test('loses none that it has taken by any time that passes while it lives and no limit is set', () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) => {
        expect(orderVerdict({ ...AT_WORK, unchanged: { seconds, unread: undefined } }).kind).toBe('keeps');
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
