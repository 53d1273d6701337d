import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextLook, type Waiting } from '#conductor/next-look';

const MONTH = 31 * 86_400;

describe('the wait until the next look at a silent host', () => {
  test.each([
    ['is the first one while that is more than a tenth of the time waited', { wait_seconds: 120 }, 120, 120],
    ['is a tenth of the time waited', { wait_seconds: 120, waited_seconds: 3480 }, 360, 120],
    ['is half an hour at most', { wait_seconds: 1800, waited_seconds: 86_400 }, 1800, 120],
    ['is as long as the setting says where that is longer', { wait_seconds: 7200, waited_seconds: 72_000 }, 7200, 7200],
  ])('%s', (_title, waiting: Waiting, expected, first) => {
    const next = nextLook(waiting, first);

    expect(next.wait_seconds).toBe(expected);
    expect(next.waited_seconds).toBe((waiting.waited_seconds ?? 0) + waiting.wait_seconds);
  });

  test('never shrinks, and a month takes no more looks than a history has room for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 3600 }), (first) => {
        let [looks, waiting]: [number, Waiting] = [0, { wait_seconds: first }];
        while ((waiting.waited_seconds ?? 0) < MONTH) {
          const next = nextLook(waiting, first);
          expect(next.wait_seconds).toBeGreaterThanOrEqual(waiting.wait_seconds);
          [looks, waiting] = [looks + 1, next];
        }

        // A look that finds nothing has 13 events: the wait's six, the look's five, the choice's two.
        expect(13 * looks).toBeLessThan(24_000);
      }),
    );
  });
});
