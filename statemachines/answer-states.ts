import { caughtAll, cleanUp, ended, fromAnswer, fromInput, task, timedOut, wait } from './builder.ts';
import { RETRY } from './retry.ts';

/** First state of what ends a resize across cells. Nothing but its event is written before the server is owned. */
export const beginAnswer = <const To extends string>(next: To) =>
  task('begin', "Targets the server's cell, begins the action's event and takes the server over.", {
    retry: [RETRY.step, RETRY.busy, RETRY.raced],
    catches: [caughtAll('Refuse')],
    next,
  });

/** Last state of it. */
export const finishAnswer = task('finish', "The server is its host's again.", {
  output: fromInput('state'),
  next: 'Ended',
});

/** What could not begin. */
export const refuseAnswer = cleanUp('refuse', 'The request could not begin: event and answer carry the error.', {
  output: ended('error'),
  next: 'Refused',
});

/**
 * A call to a host. Its answer is kept before the token is completed, so the state behind the wait reads it there,
 * after a time-out too.
 */
export const askHost = <const Keep extends string, const Failed extends string>(
  step: string,
  comment: string,
  { keep, failed }: { readonly keep: Keep; readonly failed: Failed },
) =>
  wait(step, comment, {
    seconds: 'ask_seconds',
    output: fromInput('state'),
    catches: [timedOut<Keep | Failed>(keep), caughtAll(failed)],
    next: keep,
  });

/**
 * Reads the answer to it. A Choice follows: a Task that timed out before it began has asked nobody, and begins anew.
 */
export const keepAnswer = <const To extends string, const Failed extends string>(
  step: string,
  comment: string,
  { next, failed }: { readonly next: To; readonly failed: Failed },
) => task(step, comment, { output: fromAnswer('state', 'outcome'), catches: [caughtAll(failed)], next });
