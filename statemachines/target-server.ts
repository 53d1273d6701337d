import { caught, caughtAll, cleanUp, fromAnswer, succeed, task, timedOut } from './builder.ts';
import { RETRY } from './retry.ts';

/**
 * First state of a rebuild and of an unshelve: nothing is written before the server is owned, so an error is refused
 * and not undone. A server that another execution is at work on stays that one's.
 */
export const targetServer = <const To extends string>(comment: string, next: To) =>
  task('target-server', comment, {
    retry: [RETRY.step, RETRY.busy, RETRY.raced],
    catches: [caughtAll('Refuse')],
    next,
  });

/** The ending that Target server leads to. */
export const NOT_TARGETED = {
  Refuse: cleanUp('refuse', 'The request could not begin: event and fault say why, and its task ends.', {
    output: fromAnswer('outcome', 'error'),
    next: 'Refused',
  }),
  Refused: succeed(),
} as const;

/** A wait for a host that has its order, on the first token: an order that was never sent is an error. */
export const firstWait = <const To extends string>(fail: To) =>
  ({
    seconds: 'wait_seconds',
    catches: [
      timedOut('Check host'),
      caught(['UnexpectedTaskStateError', 'UnexpectedDeletingTaskStateError'], fail),
      caughtAll(fail),
    ],
    next: 'Conclude',
  }) as const;

/** The same wait on a later token. */
export const nextWait = {
  seconds: 'wait_seconds',
  catches: [timedOut('Check host'), caughtAll('Pause')],
  next: 'Conclude',
} as const;

/** A look at a silent host; one that is down ends the operation. */
export const checkHost = <const To extends string>(fail: To) =>
  task('check-host', 'Nothing was heard for a while: is the host alive, and did the record change?', {
    output: fromAnswer('state', 'verdict', 'outcome'),
    catches: [caught<'Pause' | To>(['ComputeServiceUnavailable'], fail), caughtAll('Pause')],
    next: 'Verdict',
  });

/** No host that can take the server. */
export const noHost = <const To extends string>(fail: To) => [
  caught(['NoValidHost', 'MaxRetriesExceeded', 'UnsupportedPolicyException'], fail),
  caughtAll(fail),
];
