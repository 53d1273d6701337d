import { caughtAll, choice, cleanUp, ended, fromAnswer, succeed, task, workflow } from './builder.ts';
import { askHost, beginAnswer, finishAnswer, keepAnswer, refuseAnswer } from './answer-states.ts';

/** The copy that is shown is in error, whichever it is: a way forward is a hard reboot there. */
const FAIL = [caughtAll('Fail')];

/** Ends a resize across cells where the server came from. */
export const revertAcrossCells = workflow(
  'revert-across-cells',
  'Reverts a resize across cells: the hidden copy is shown again, and the guest is started where it was.',
  'Begin',
  {
    Begin: beginAnswer('Find source'),
    'Find source': task('find-source', 'Publishes the start, and finds the cell that the server has come from.', {
      output: fromAnswer('state', 'outcome'),
      catches: FAIL,
      next: 'Found',
    }),
    // An earlier request may have come so far, and may have deleted only a part of the copy.
    Found: choice('outcome', { shown: 'Order revert', left: 'Delete target' }, 'Prepare source'),
    'Prepare source': task(
      'prepare-source',
      'What was attached and done meanwhile is noted with the hidden copy, and what its migration has come to.',
      { catches: FAIL, next: 'Switch back' },
    ),
    'Switch back': task(
      'switch-back',
      'One transaction shows the hidden copy again, maps the server to its cell, and hides the other.',
      {
        catches: FAIL,
        next: 'Order revert',
      },
    ),
    'Order revert': askHost('order-revert', 'A call to the destination: revert_snapshot_based_resize_at_dest.', {
      keep: 'Keep revert',
      failed: 'Fail',
    }),
    'Keep revert': keepAnswer('keep-revert', "Reads the answer, and ends the event of the destination's part.", {
      failed: 'Fail',
      next: 'Reverted',
    }),
    Reverted: choice('outcome', { ask: 'Order revert' }, 'Delete target'),
    'Delete target': task('delete-target', 'Deletes the copy that the server has left.', {
      catches: FAIL,
      next: 'Order start',
    }),
    'Order start': askHost('order-start', 'A call to the source: finish_revert_snapshot_based_resize_at_source.', {
      keep: 'Keep start',
      failed: 'Fail',
    }),
    'Keep start': keepAnswer('keep-start', 'Reads the answer: the guest runs where it was.', {
      failed: 'Fail',
      next: 'Started',
    }),
    Started: choice('outcome', { ask: 'Order start' }, 'Notify reverted'),
    // The server is back, so an answer that fails undoes nothing.
    'Notify reverted': task('notify-reverted', 'Publishes the end, ends the event and answers the caller.', {
      catches: [caughtAll('Finish')],
      next: 'Finish',
    }),
    Finish: finishAnswer,
    Ended: succeed({ outcome: 'reverted' }),
    Fail: cleanUp('fail', 'The copy that is shown and its migration are in error; event and answer say why.', {
      output: ended('error'),
      next: 'Failed',
    }),
    Failed: succeed(),
    Refuse: refuseAnswer,
    Refused: succeed(),
  },
);
