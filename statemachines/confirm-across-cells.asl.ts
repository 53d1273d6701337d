import { caughtAll, choice, cleanUp, ended, fromAnswer, succeed, task, workflow } from './builder.ts';
import { askHost, beginAnswer, finishAnswer, keepAnswer, refuseAnswer } from './answer-states.ts';

/** Nothing is taken back: what was done stays, and the same request may be made again. */
const FAIL = [caughtAll('Fail')];

/** Ends a resize across cells where the server has gone. */
export const confirmAcrossCells = workflow(
  'confirm-across-cells',
  'Confirms a resize across cells: its source lets go of the server, whose records there are deleted.',
  'Begin',
  {
    Begin: beginAnswer('Find source'),
    'Find source': task('find-source', 'Finds the hidden copy, publishes the start, and begins the action there.', {
      output: fromAnswer('state', 'outcome'),
      catches: FAIL,
      next: 'Found',
    }),
    // An earlier request may have come so far.
    Found: choice('outcome', { gone: 'Delete source' }, 'Order confirm'),
    'Order confirm': askHost('order-confirm', 'A call to the source: confirm_snapshot_based_resize_at_source.', {
      keep: 'Keep confirmation',
      failed: 'Fail',
    }),
    'Keep confirmation': keepAnswer('keep-confirmation', "Reads the answer, and ends the event of the source's part.", {
      failed: 'Fail',
      next: 'Kept',
    }),
    Kept: choice('outcome', { ask: 'Order confirm' }, 'Delete source'),
    'Delete source': task('delete-source', 'Deletes the hidden copy with all that belongs to it.', {
      catches: FAIL,
      next: 'Finish target',
    }),
    'Finish target': task('finish-target', 'The server has no way back any more, and no task.', {
      catches: FAIL,
      next: 'Notify confirmed',
    }),
    // The server is confirmed, so an answer that fails undoes nothing.
    'Notify confirmed': task('notify-confirmed', 'Publishes the end, ends the event and answers the caller.', {
      catches: [caughtAll('Finish')],
      next: 'Finish',
    }),
    Finish: finishAnswer,
    Ended: succeed({ outcome: 'confirmed' }),
    Fail: cleanUp('fail', 'Server and migration are in error; event and answer say why.', {
      output: ended('error'),
      next: 'Failed',
    }),
    Failed: succeed(),
    Refuse: refuseAnswer,
    Refused: succeed(),
  },
);
