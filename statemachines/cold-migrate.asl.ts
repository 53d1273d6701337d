import {
  HOST_IF_ANY,
  caught,
  caughtAll,
  choice,
  cleanUp,
  ended,
  fromAnswer,
  fromInput,
  pause,
  start,
  succeed,
  task,
  timedOut,
  undo,
  wait,
  workflow,
} from './builder.ts';
import {
  begin,
  failHalfUndone,
  finish,
  giveUp,
  givenUp,
  undoCreateMigration,
  undoSwapAllocations,
  undoTheRest,
} from './move-states.ts';

/**
 * Until the cast nothing has happened to the server itself, so an undo gives back claims and records only. From the
 * cast on its computes decide, and a host that was given up is fenced by the write that takes the server from it.
 */
export const coldMigrate = workflow(
  'cold-migrate',
  'Moves a server to another host while it is off, or gives it another flavor; serves first requests and reschedules.',
  'Begin',
  {
    Begin: begin("Targets the server's cell, begins the action's events and takes the server over."),
    // The migration comes before the swap, which hands the allocations to it. A server that a compute gave back has
    // alternates; the scheduler is asked once for a request.
    Prepare: task(
      'prepare',
      'Finds or makes the migration, hands the allocations over, and asks the scheduler for a host, unless alternates are given.',
      { catches: [caughtAll('Undo: Select destination')], next: 'Cast prep_resize' },
    ),
    'Undo: Create migration': undoCreateMigration,
    'Undo: Swap allocations': undoSwapAllocations,
    'Undo: Select destination': undo(
      'undo-select-destination',
      'The claim on the destination is released where the swap will not replace it.',
      { next: 'Undo: Swap allocations', failed: 'Fail half undone' },
    ),
    // Attempt and hosts are noted before the cast, so that whatever the destination answers finds them. What follows
    // the cast does so in Nova too: the computes are at work already, so an error there undoes nothing. The caller is
    // answered before the wait: he waits no longer than rpc_response_timeout.
    'Cast prep_resize': task(
      'order-resize',
      "Notes attempt and hosts, orders the destination to prepare, stores the new flavor with the server's spec, and answers the caller.",
      {
        catches: [
          caught(['DestinationNotChosen'], 'Claim alternate'),
          caught(['DestinationElsewhere'], 'Hand over'),
          caughtAll('Undo: Save spec'),
        ],
        next: 'Await resize',
      },
    ),
    'Undo: Save spec': undo('undo-save-spec', 'The spec has the flavor of the server as it is.', {
      next: 'Undo: Select destination',
      failed: 'Fail half undone',
    }),
    // The other execution has the name of this one, so a repeat finds it begun.
    'Hand over': task('hand-over', 'The server is of the workflow that moves it to another cell, from now on.', {
      catches: [caughtAll('Undo: Hand over')],
      next: 'Resize across cells',
    }),
    'Undo: Hand over': undo('undo-hand-over', "The server is this execution's again.", {
      next: 'Undo: Select destination',
      failed: 'Fail half undone',
    }),
    'Resize across cells': start({
      workflow: 'cross-cell-resize',
      name: '{% $states.context.Execution.Name %}',
      input: fromInput('state'),
      startedBefore: 'Handed over',
    }),
    'Handed over': succeed(),
    'Await resize': wait(
      'await-resize',
      "Registers a token on the server's record and waits until it is resized or its move has failed.",
      {
        seconds: 'wait_seconds',
        catches: [caught(['RescheduledException'], 'Claim alternate'), timedOut('Check hosts'), caughtAll('Pause')],
        next: 'Finish',
      },
    ),
    'Check hosts': task(
      'check-hosts',
      'Nothing was heard for a while: are the hosts alive, and did the records change?',
      {
        output: fromAnswer('state', 'verdict', 'outcome'),
        catches: [caughtAll('Pause')],
        next: 'Verdict',
      },
    ),
    Pause: pause('Check hosts'),
    Verdict: choice('verdict', { wait: 'Await resize', reschedule: 'Claim alternate', 'give-up': 'Give up' }, 'Finish'),
    // Fences first: from then on nothing that the last destination says counts, so its claim can be released.
    'Claim alternate': task(
      'claim-alternate',
      'Fences the last destination, releases its claim and claims the next alternate of the list.',
      {
        output: fromAnswer('state', 'outcome'),
        catches: [caught(['MaxRetriesExceeded', 'NoValidHost'], 'Undo: Save spec'), caughtAll('Undo: Save spec')],
        next: 'Claimed',
      },
    ),
    // The server may turn out to be settled, or to have left the destination's hands, when it is about to be fenced.
    Claimed: choice('outcome', { claimed: 'Cast prep_resize', 'going-on': 'Await resize' }, 'Finish'),
    Finish: finish('The server is resized, in error or gone: nothing waits any more.'),
    Ended: succeed({
      outcome: '{% $states.input.outcome %}',
      host: HOST_IF_ANY,
      attempt: '{% $states.input.state.attempt %}',
    }),
    // It puts migration and allocations right itself, so only the spec is left to be undone.
    'Give up': giveUp(
      'A host is dead half-way: fences it, ends the migration and puts the allocations where the server is.',
    ),
    'Given up': givenUp('Undo: Save spec given up'),
    'Undo: Save spec given up': undo('undo-save-spec', 'The spec has the flavor of the server as it is.', {
      next: 'Fail migration',
      failed: 'Fail half undone',
    }),
    // Last of every undo: once the server is free, the next request may begin.
    'Fail migration': cleanUp(
      'fail-migration',
      'The server has its state again, with a fault; events and answer carry the error.',
      { output: ended('error'), next: 'Failed' },
    ),
    'Fail half undone': failHalfUndone,
    'Undo the rest': undoTheRest,
    Failed: succeed(),
    Refuse: cleanUp('refuse', 'The request could not begin: events and answer carry the error.', {
      output: ended('error'),
      next: 'Refused',
    }),
    Refused: succeed(),
  },
);
