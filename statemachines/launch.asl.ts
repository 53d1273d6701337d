import {
  HOST_IF_ANY,
  caught,
  caughtAll,
  choice,
  cleanUp,
  ended,
  fromAnswer,
  pause,
  succeed,
  task,
  timedOut,
  wait,
  workflow,
} from './builder.ts';

/** Whoever waits for a host hears that it gives the server back, or hears nothing. */
const WAITING = {
  seconds: 'wait_seconds',
  catches: [caught(['RescheduledException'], 'Claim alternate'), timedOut('Check host')],
  next: 'Outcome',
} as const;

/**
 * No state is undone: a launch leaves a server, and a server that cannot be built ends by Fail build or Release claim,
 * which give back all that is held for it.
 */
export const launch = workflow(
  'launch',
  'Builds one server: commits it to its cell, orders the build and sees it to its end; serves first builds, of servers that exist too, and reschedules.',
  'Entry',
  {
    Entry: choice(
      'state.entry',
      { place: 'Place', reschedule: 'Claim alternate', existing: 'Map instance' },
      'Commit to cell',
    ),
    // Nothing of a server exists in a cell before it is recorded with its order, so an error has only its claim to take
    // back.
    Place: task('place', 'Claims a host for the one server of a request.', {
      seconds: 120,
      catches: [
        caught(['InstanceExists'], 'Left alone'),
        caught(['NoValidHost', 'UnsupportedPolicyException', 'HostMappingNotFound'], 'Bury in cell0'),
        caughtAll('Fail build'),
      ],
      next: 'Build on host',
    }),
    'Left alone': succeed(),
    // Before the order: a compute takes orders for servers that are recorded. Without its build request the server was
    // deleted.
    'Commit to cell': task(
      'commit-to-cell',
      'One transaction: the build request goes, the server is in its cell with devices, tags, action and mapping.',
      {
        catches: [
          caught(['BuildRequestNotFound'], 'Release claim'),
          caught(['HostMappingNotFound'], 'Bury in cell0'),
          caughtAll('Fail build'),
        ],
        next: 'Build on host',
      },
    ),
    'Map instance': task(
      'map-instance',
      'One transaction: the build request of a server that exists goes, its record has zone and owner, its mapping the cell.',
      {
        catches: [caught(['BuildRequestNotFound', 'InstanceNotFound'], 'Release claim'), caughtAll('Fail build')],
        next: 'Build on host',
      },
    ),
    // The token is registered before the order is sent, so an answer that is quicker than the step finds it.
    'Build on host': wait(
      'build-on-host',
      "Registers the token on the server's record, which one that is placed here is given in the same transaction, counted; casts build_and_run_instance and waits until the record is settled.",
      {
        ...WAITING,
        catches: [
          caught(['BuildRequestNotFound'], 'Release claim'),
          caught(['TooManyInstances', 'ProjectOverLimit'], 'Clean up build artifacts'),
          ...WAITING.catches,
          caughtAll('Fail build'),
        ],
      },
    ),
    'Await build': wait('await-build', 'Registers a new token and goes on waiting; the order was given before.', {
      ...WAITING,
      catches: [...WAITING.catches, caughtAll('Pause')],
    }),
    'Check host': task('check-host', 'Nothing was heard for a while: is the host alive, and did the record change?', {
      output: fromAnswer('state', 'verdict', 'outcome'),
      catches: [caughtAll('Pause')],
      next: 'Verdict',
    }),
    Pause: pause('Check host'),
    // A Task that timed out before it began has ordered nothing.
    Verdict: choice(
      'verdict',
      { wait: 'Await build', order: 'Build on host', reschedule: 'Claim alternate' },
      'Outcome',
    ),
    // Fences first: from then on nothing that the last host says counts, so its claim can be released.
    'Claim alternate': task(
      'claim-alternate',
      'Fences the last host, releases its claim and claims the next alternate of the list.',
      {
        output: fromAnswer('state', 'outcome'),
        catches: [
          caught(['InstanceNotFound'], 'Release claim'),
          caught(['MaxRetriesExceeded', 'NoValidHost'], 'Fail build'),
          caughtAll('Fail build'),
        ],
        next: 'Claimed',
      },
    ),
    // The record may turn out to be settled when it is about to be fenced.
    Claimed: choice('outcome', { claimed: 'Build on host' }, 'Outcome'),
    Outcome: choice('outcome', { active: 'Built' }, 'Release claim'),
    Built: succeed({
      outcome: 'active',
      host: HOST_IF_ANY,
      attempt: '{% $states.input.state.attempt %}',
    }),
    'Release claim': task('release-claim', 'The server is not on its host: what is held for it is given back.', {
      output: fromAnswer('outcome'),
      next: 'Released',
    }),
    Released: succeed(),
    'Clean up build artifacts': cleanUp(
      'clean-up-build-artifacts',
      'Over quota: the server becomes an error record of its cell, and its claim is released.',
      { output: ended('over-quota'), next: 'Over quota' },
    ),
    'Over quota': succeed(),
    'Bury in cell0': cleanUp(
      'bury-in-cell0',
      'No host takes it, or the host is mapped to no cell: the server becomes an error record of cell0 and its claim is released.',
      { output: ended('buried'), next: 'Buried' },
    ),
    Buried: succeed(),
    'Fail build': cleanUp(
      'fail-build',
      'The server ends in error with a fault where it is recorded, its networks are cleaned up and its claim is released.',
      { output: ended('error'), next: 'Failed' },
    ),
    Failed: succeed(),
  },
);
