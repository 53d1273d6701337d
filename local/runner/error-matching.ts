import type { Failed } from './failure.ts';

/** What no wildcard takes when the state itself is at fault. */
const NOT_BY_WILDCARD: readonly (string | undefined)[] = ['States.Runtime', 'States.DataLimitExceeded'];
const TIMEOUTS: readonly (string | undefined)[] = ['States.Timeout', 'States.HeartbeatTimeout'];

/**
 * Whether a retrier or a catcher with this list takes the error.
 *
 * A task's own oversized result is taken by the wildcards, as the service was seen to do, although its documentation
 * excludes States.DataLimitExceeded: that holds for the outputs of states.
 */
export function matchesError(errorEquals: readonly string[], failed: Failed): boolean {
  const wild = !NOT_BY_WILDCARD.includes(failed.errorName) || isTaskResultTooLarge(failed);
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return wild;
    if (name === failed.errorName || failed.alsoKnownAs?.includes(name) === true) return true;
    return name === 'States.TaskFailed' && wild && !TIMEOUTS.includes(failed.errorName);
  });
}

function isTaskResultTooLarge(failed: Failed): boolean {
  return failed.fromTask === true && failed.errorName === 'States.DataLimitExceeded';
}
