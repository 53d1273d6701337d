import { caughtAll, cleanUp, ended, fromInput, task } from './builder.ts';
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
