import { describe, expect, test } from 'vitest';
import { secondGuest, type SecondGuestFacts } from '#conductor/second-guest';

const SHOWN: SecondGuestFacts = {
  server: 'elsewhere',
  givenUp: true,
  outside: 'nothing',
  shownAt: 1000,
  orderedAt: undefined,
};

describe('a guest that a host shows, for whose server it was given up', () => {
  test.each([
    ['destroy', {}],
    ['destroy', { orderedAt: 999 }],
    ['wait', { orderedAt: 1000 }],
    ['leave', { outside: 'held' }],
    ['forget', { givenUp: false }],
    ['forget', { server: 'here' }],
    ['forget', { server: 'gone' }],
    ['forget', { server: 'here', outside: 'held' }],
  ] as const)('is decided as %s with %j', (kind, facts) => {
    expect(secondGuest({ ...SHOWN, ...facts }).kind).toBe(kind);
  });
});
