import {
  caught,
  caughtAll,
  choice,
  cleanUp,
  ended,
  fromAnswer,
  fromInput,
  succeed,
  task,
  undo,
  wait,
  workflow,
} from './builder.ts';
import { askHost, keepAnswer } from './answer-states.ts';
import { RETRY } from './retry.ts';
import { failHalfUndone, undoCreateMigration, undoSwapAllocations, undoTheRest } from './move-states.ts';

/** From here on records lie in the other cell, and then what is held for the destination. */
const UNDO_COPY = [caughtAll('Undo: Copy records')];
const UNDO_BINDINGS = [caughtAll('Undo: Bind ports')];
const UNDO_ATTACHMENTS = [caughtAll('Undo: Create attachments')];
const UNDO_SNAPSHOT = [caughtAll('Undo: Create snapshot')];
/** From here on the destination may have started the guest. */
const UNDO_GUEST = [caughtAll('Fence destination')];

/** What a state of the undo hands on: the error that led there stays the one that is reported. */
const FIRST_ERROR = fromInput('state', 'error');

/**
 * Begins where cold-migrate has chosen a host of another cell, and owns its server from there on. The order is Nova's
 * (nova.conductor.tasks.cross_cell_migrate); until the switch everything is undone in reverse.
 */
export const crossCellResize = workflow(
  'cross-cell-resize',
  'Moves a server to a host of another cell by a snapshot: its records are copied there, and shown once its guest runs.',
  'Note crossing',
  {
    'Note crossing': task(
      'note-crossing',
      'Notes with the migration that it leaves the cell, and finds the other one.',
      {
        catches: [caughtAll('Undo: Select destination')],
        next: 'Copy records',
      },
    ),
    'Copy records': task('copy-records', 'Copies the records of the server into the other cell, hidden.', {
      catches: UNDO_COPY,
      next: 'Bind ports',
    }),
    'Bind ports': task('bind-ports', 'Binds the ports to the destination as well, inactive.', {
      catches: UNDO_BINDINGS,
      next: 'Create attachments',
    }),
    'Create attachments': task('create-attachments', 'Keeps the volumes for the destination by empty attachments.', {
      catches: UNDO_ATTACHMENTS,
      next: 'Ask destination',
    }),
    'Ask destination': askHost(
      'ask-destination',
      'A call to the destination: prep_snapshot_based_resize_at_dest, which claims what the server needs.',
      { keep: 'Keep context', failed: 'Undo: Create attachments' },
    ),
    'Keep context': keepAnswer('keep-context', 'Reads the answer, and notes the destination on both copies.', {
      failed: 'Undo: Keep context',
      next: 'Context kept',
    }),
    'Context kept': choice('outcome', { ask: 'Ask destination' }, 'Create snapshot'),
    'Create snapshot': task('create-snapshot', 'Makes the record of the image that the source is to upload.', {
      catches: UNDO_SNAPSHOT,
      next: 'Mark source',
    }),
    'Mark source': task('mark-source', 'The server is on its way, if nothing else is done with it.', {
      catches: UNDO_SNAPSHOT,
      next: 'Order source',
    }),
    'Order source': askHost(
      'order-source',
      'A call to the source: prep_snapshot_based_resize_at_source, which stops the guest and uploads its disk.',
      { keep: 'Keep departure', failed: 'Undo: Create snapshot' },
    ),
    'Keep departure': keepAnswer(
      'keep-departure',
      'Reads the answer, and notes with the copy that the server has left.',
      { failed: 'Undo: Create snapshot', next: 'Departed' },
    ),
    Departed: choice('outcome', { ask: 'Order source' }, 'Order finish'),
    'Order finish': askHost(
      'order-finish',
      'A call to the destination: finish_snapshot_based_resize_at_dest, which starts the guest.',
      { keep: 'Keep arrival', failed: 'Fence destination' },
    ),
    'Keep arrival': keepAnswer('keep-arrival', "Reads the answer, and ends the event of the destination's last part.", {
      failed: 'Fence destination',
      next: 'Arrived',
    }),
    Arrived: choice('outcome', { ask: 'Order finish' }, 'Switch cell'),
    'Switch cell': task(
      'switch-cell',
      'One transaction shows the copy, maps the server to its cell, and hides the original.',
      {
        catches: UNDO_GUEST,
        next: 'Save spec',
      },
    ),
    // The server has arrived, so an error undoes nothing from here on.
    'Save spec': task('save-spec', "Stores the new flavor with the server's request spec.", {
      catches: [caughtAll('Reply')],
      next: 'Reply',
    }),
    Reply: task('reply', "Ends the action's events and answers the caller.", {
      catches: [caughtAll('Finish')],
      next: 'Finish',
    }),
    Finish: task('finish', "Each copy is its host's again, until the user confirms or reverts.", {
      output: fromInput('state'),
      next: 'Ended',
    }),
    Ended: succeed({
      outcome: 'done',
      host: '{% $states.input.state.host %}',
      cell: '{% $states.input.state.target_cell %}',
    }),
    // First of the undo: from then on nothing that the destination says counts.
    'Fence destination': cleanUp(
      'fence-destination',
      'The server is in error, and the destination may save nothing of it any more.',
      { output: { ...FIRST_ERROR, ...fromAnswer('state', 'outcome') }, next: 'Fenced' },
    ),
    Fenced: choice('outcome', { switched: 'Save spec', started: 'Take away guest' }, 'Undo: Create snapshot'),
    // Before its records go, without which a compute can do nothing.
    'Take away guest': wait(
      'take-away-guest',
      'A call to the destination: revert_snapshot_based_resize_at_dest, which destroys the guest.',
      {
        seconds: 'ask_seconds',
        output: FIRST_ERROR,
        catches: [caught(['States.ALL'], 'See guest away', { error: '{% $states.input.error %}' })],
        next: 'See guest away',
      },
    ),
    'See guest away': undo('see-guest-away', 'The destination has answered that the guest is gone.', {
      next: 'Undo: Create snapshot',
      failed: 'Fail with guest',
    }),
    // The request ends for its user and its caller; the copy and its claim stay with the guest that may run there.
    'Fail with guest': cleanUp(
      'fail-migration',
      'The server is in error, with a fault; events and answer carry the error.',
      {
        next: 'Take away again',
      },
    ),
    'Take away again': task(
      'take-away-again',
      'The destination is ordered again, until it has answered that the guest is gone.',
      { passes: ['error'], output: FIRST_ERROR, retry: [RETRY.step, RETRY.untilAnswered], next: 'Undo the rest' },
    ),
    'Undo: Create snapshot': undo('undo-create-snapshot', 'The image is gone.', {
      next: 'Undo: Keep context',
      failed: 'Fail half undone',
    }),
    'Undo: Keep context': undo('undo-keep-context', 'The server keeps no migration context.', {
      next: 'Undo: Create attachments',
      failed: 'Fail half undone',
    }),
    'Undo: Create attachments': undo('undo-create-attachments', 'The volumes are kept for the source alone.', {
      next: 'Undo: Bind ports',
      failed: 'Fail half undone',
    }),
    'Undo: Bind ports': undo('undo-bind-ports', 'The ports are bound to the source, and to it alone.', {
      next: 'Undo: Copy records',
      failed: 'Fail half undone',
    }),
    'Undo: Copy records': undo('undo-copy-records', 'Nothing of the server is left in the other cell.', {
      next: 'Undo: Select destination',
      failed: 'Fail half undone',
    }),
    'Undo: Select destination': undo(
      'undo-select-destination',
      'The claim on the destination is released where the swap will not replace it.',
      { next: 'Undo: Swap allocations', failed: 'Fail half undone' },
    ),
    'Undo: Swap allocations': undoSwapAllocations,
    'Undo: Create migration': undoCreateMigration,
    // Last of every undo: once the server is free, the next request may begin.
    'Fail migration': cleanUp(
      'fail-migration',
      'The server has its state again or is in error, with a fault; events and answer carry the error.',
      { output: ended('error'), next: 'Failed' },
    ),
    'Fail half undone': failHalfUndone,
    'Undo the rest': undoTheRest,
    Failed: succeed(),
  },
);
