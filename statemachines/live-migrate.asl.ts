import {
  HOST_IF_ANY,
  ANSWER,
  caught,
  caughtAll,
  choice,
  cleanUp,
  ended,
  fromAnswer,
  fromInput,
  pause,
  succeed,
  task,
  timedOut,
  undo,
  wait,
  workflow,
} from './builder.ts';
import {
  begin,
  endedMeanwhile,
  failHalfUndone,
  finish,
  giveUp,
  givenUp,
  undoCreateMigration,
  undoSwapAllocations,
  undoTheRest,
} from './move-states.ts';

/** From the swap on, until a destination is claimed. */
const UNDO_SWAP = [caughtAll('Undo: Swap allocations')];
/** While a destination may be claimed, until the order. */
const UNDO_SELECTION = [caughtAll('Undo: Select destination')];
/** A candidate that cannot take the server. */
const REJECTED = caught(['DestinationRejected'], 'Reject destination');
/** While ports may be bound on the destination, until the order. */
const UNDO_BINDINGS = [caughtAll('Undo: Bind ports')];

/**
 * Until the order nothing has happened to the server itself, so an undo gives back claims and records only. From the
 * order on the source is in charge, and rolls back by itself when the destination fails.
 */
export const liveMigrate = workflow(
  'live-migrate',
  'Moves a running server to another host without stopping it.',
  'Begin',
  {
    Begin: begin("Targets the server's cell, begins the action's event and takes the server over."),
    // The migration comes before all looks, as in Nova: one that fails its looks is listed, in error.
    Prepare: task(
      'prepare',
      'Makes the migration, looks at server and source, hands over the allocations, and finds or looks at a destination.',
      { catches: UNDO_SELECTION, next: 'Ask destination' },
    ),
    'Undo: Create migration': undoCreateMigration,
    'Undo: Swap allocations': undoSwapAllocations,
    'Undo: Select destination': undo(
      'undo-select-destination',
      'The claim on the candidate is released where the swap will not replace it.',
      { next: 'Undo: Swap allocations', failed: 'Fail half undone' },
    ),
    // An answer is kept before the token is completed, so it is read there, after a time-out too.
    'Ask destination': wait(
      'ask-destination',
      'A call to the candidate: check_can_live_migrate_destination; its answer completes the token.',
      {
        seconds: 'ask_seconds',
        output: fromInput('state'),
        catches: [timedOut('Judge destination'), REJECTED, ...UNDO_SELECTION],
        next: 'Start migration',
      },
    ),
    // The destination is noted before the order, so that it may write the record once the server arrives. Last the
    // caller is answered, before the wait: he waits no longer than rpc_response_timeout. An answer that fails holds up
    // no move.
    'Start migration': task(
      'order-migration',
      'Reads the answer, binds ports, claims a forced destination, orders the source to move the server, and answers the caller.',
      {
        catches: [REJECTED, caught(['DestinationUnheard'], 'Judge destination'), ...UNDO_BINDINGS],
        next: 'Await migration',
      },
    ),
    // Where a network service is named: the computes plug the ports by what it answers.
    'Undo: Bind ports': undo('undo-bind-ports', 'The ports are bound to the source alone.', {
      next: 'Undo: Select destination',
      failed: 'Fail half undone',
    }),
    'Judge destination': task(
      'judge-destination',
      'Nothing was heard: goes on, asks again, tries another host, or ends.',
      {
        output: fromAnswer('state', 'outcome'),
        catches: UNDO_SELECTION,
        next: 'Judged',
      },
    ),
    // A Task that timed out before it began has asked nobody.
    Judged: choice('outcome', { ask: 'Ask destination', rejected: 'Reject destination' }, 'Start migration'),
    'Reject destination': task(
      'reject-destination',
      'Releases the claim on the candidate and remembers not to ask it again.',
      { catches: UNDO_SELECTION, next: 'Select destination' },
    ),
    'Select destination': task(
      'select-destination',
      "Asks the scheduler for another host of the server's cell, without the source and what was rejected.",
      {
        output: fromAnswer('state', 'outcome'),
        catches: UNDO_SWAP,
        next: 'Selected',
      },
    ),
    Selected: choice('outcome', { rejected: 'Reject destination' }, 'Ask destination'),
    'Await migration': wait(
      'await-migration',
      "Registers a token on the server's record and waits until its migration is over.",
      {
        seconds: 'wait_seconds',
        catches: [timedOut('Check hosts'), caughtAll('Pause')],
        next: 'Finish',
      },
    ),
    'Check hosts': task(
      'check-hosts',
      'Nothing was heard for a while: is the source alive, and did the records change?',
      {
        output: fromAnswer('state', 'verdict', 'outcome'),
        catches: [caughtAll('Pause')],
        next: 'Verdict',
      },
    ),
    Pause: pause('Check hosts'),
    Verdict: choice(
      'verdict',
      { wait: 'Await migration', complete: 'Complete migration', 'give-up': 'Give up' },
      'Finish',
    ),
    'Complete migration': task(
      'complete-migration',
      'The server has arrived; its source, which is gone, has not said so.',
      {
        output: { ...ANSWER, outcome: 'done' },
        catches: endedMeanwhile,
        next: 'Finish',
      },
    ),
    Finish: finish('The server is moved, is where it was, or gone: nothing waits any more.'),
    Ended: succeed({ outcome: '{% $states.input.outcome %}', host: HOST_IF_ANY }),
    // It puts migration and allocations right itself, so nothing is left to be undone.
    'Give up': giveUp(
      'The source is dead before the switch: fences the destination, ends the migration, gives the claim back.',
    ),
    'Given up': givenUp('Fail migration'),
    // Last of every undo: once the server is free, the next request may begin.
    'Fail migration': cleanUp(
      'fail-migration',
      'The server has its state again or is in error, with a fault; event and answer carry the error.',
      { output: ended('error'), next: 'Failed' },
    ),
    'Fail half undone': failHalfUndone,
    'Undo the rest': undoTheRest,
    Failed: succeed(),
    Refuse: cleanUp('refuse', 'The request could not begin: event and answer carry the error.', {
      output: ended('error'),
      next: 'Refused',
    }),
    Refused: succeed(),
  },
);
