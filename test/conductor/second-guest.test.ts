import { describe, expect, test } from 'vitest';
import { secondGuest, type SecondGuestFacts } from '#conductor/second-guest';

const SHOWN: SecondGuestFacts = {
  server: 'elsewhere',
  givenUp: true,
  kept: false,
  external: 'nothing',
  shownAt: 1000,
  orderedAt: undefined,
};

describe('a guest that a host shows, for whose server it was given up', () => {
  test.each([
    ['destroy', {}, /given up/u],
    ['destroy', { orderedAt: 999 }, /elsewhere/u],
    ['wait', { orderedAt: 1000 }, /ordered/u],
    ['leave', { external: 'held' }, /ports or volumes/u],
    ['forget', { givenUp: false }, /not given up/u],
    ['forget', { server: 'here' }, /again/u],
    ['forget', { server: 'gone' }, /deleted/u],
    ['forget', { server: 'here', external: 'held' }, /again/u],
  ] as const)('is decided as %s with %j, and says %s', (kind, facts, reason) => {
    expect(secondGuest({ ...SHOWN, ...facts })).toEqual({ kind, reason: expect.stringMatching(reason) });
  });
});
