import { matchesError } from './error-matching.ts';
import type { Failed } from './failure.ts';

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitterStrategy: 'FULL' | 'NONE';
}

export type RetryDecision =
  | { readonly kind: 'retry'; readonly retrier: number; readonly delaySeconds: number }
  | { readonly kind: 'give-up' };

/**
 * The first retrier that names the error decides, even when a later one would allow more.
 *
 * @param made retries already made by each retrier during this visit to the state
 * @param random a number from 0 up to, not including, 1; asked only when the retrier spreads its delays
 */
export function decideRetry(
  retriers: readonly Retrier[],
  made: readonly number[],
  failed: Failed,
  random: () => number,
): RetryDecision {
  const index = retriers.findIndex((retrier) => matchesError(retrier.errorEquals, failed));
  const retrier = retriers[index];
  const before = made[index] ?? 0;
  if (retrier === undefined || before >= retrier.maxAttempts) return { kind: 'give-up' };
  const grown = retrier.intervalSeconds * retrier.backoffRate ** before;
  const capped = Math.min(grown, retrier.maxDelaySeconds ?? Infinity);
  const delaySeconds = retrier.jitterStrategy === 'FULL' ? capped * random() : capped;
  return { kind: 'retry', retrier: index, delaySeconds };
}
