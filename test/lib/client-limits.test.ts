import { expect, it } from 'vitest';
import { FUNCTION_LIMITS } from '#adapters/client-limits';
import { resourcesOf, templatesWith } from './synthesised.ts';

/** Milliseconds that the SDK pauses between three attempts: at most 100 and 200. */
const PAUSES = 500;

it('all attempts of a call end within two thirds of the shortest time-out of a function', () => {
  const { api, cells } = templatesWith();
  const functions = [api, ...cells.values()].flatMap((template) => resourcesOf(template, 'AWS::Lambda::Function'));
  const timeouts = functions.map(({ Properties }) => Number(Properties?.['Timeout'] ?? 3) * 1000);

  const longest = FUNCTION_LIMITS.attempts * FUNCTION_LIMITS.requestMs + PAUSES;

  expect(timeouts.length).toBeGreaterThan(8);
  expect(longest).toBeLessThanOrEqual((Math.min(...timeouts) * 2) / 3);
});
