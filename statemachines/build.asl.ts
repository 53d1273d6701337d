import { caught, caughtAll, choice, cleanUp, each, ended, start, succeed, task, undo, workflow } from './builder.ts';

/**
 * Nothing of a server exists in a cell before Launch each, so an error has only the claims and one reservation to take
 * back. The undo of a step runs whether or not the step came to its end, since a step may die after its effect.
 */
export const build = workflow(
  'build',
  'Places the servers of a request and starts one launch execution for each; serves schedule_and_build_instances, and build_instances for servers that exist.',
  'Select destinations',
  {
    // First, since quota is charged for what has a place. No host and a broken policy leave no claim behind.
    'Select destinations': task(
      'select-destinations',
      "Claims a host for every server and notes the alternates on the request's items.",
      {
        seconds: 900,
        catches: [
          caught(['NoValidHost', 'UnsupportedPolicyException'], 'Failure'),
          caughtAll('Undo: Select destinations'),
        ],
        next: 'Recheck quota',
      },
    ),
    'Undo: Select destinations': undo(
      'undo-select-destinations',
      'Releases every claim of the request, whether or not the selection came to its end.',
      { seconds: 300, next: 'Failure', failed: 'Failure half undone' },
    ),
    // Before any server is recorded: two requests that race cannot both reserve the last place. Over quota has reserved
    // nothing.
    'Recheck quota': task(
      'recheck-quota',
      'One conditional reservation for the whole request, before anything exists that would have to be taken back.',
      {
        seconds: 120,
        catches: [
          caught(['TooManyInstances', 'ProjectOverLimit'], 'Clean up build artifacts'),
          caughtAll('Undo: Recheck quota'),
        ],
        next: 'Launch each',
      },
    ),
    'Undo: Recheck quota': undo('undo-recheck-quota', 'Gives the reservation back, if it was made.', {
      seconds: 120,
      next: 'Undo: Select destinations',
      failed: 'Failure half undone',
    }),
    // Last: from here on each server has an execution of its own, which answers for its claim and its part of the
    // quota.
    'Launch each': each(
      "A server's story is one execution of its own, named by request and server: starting it again starts nothing.",
      {
        items: '{% $states.input.state.launches %}',
        selector: {
          server: '{% $states.context.Map.Item.Value.server %}',
          name: '{% $states.context.Map.Item.Value.name %}',
          entry: '{% $states.context.Map.Item.Value.entry %}',
          request: '{% $states.input.state.request %}',
          request_id: '{% $states.input.state.request_id %}',
        },
        most: 40,
        startAt: 'Launch',
        states: {
          Launch: start({
            workflow: 'launch',
            name: '{% $states.input.name %}',
            input: {
              state: {
                entry: '{% $states.input.entry %}',
                server: '{% $states.input.server %}',
                request: '{% $states.input.request %}',
                request_id: '{% $states.input.request_id %}',
                attempt: 1,
                tried: [],
              },
            },
            startedBefore: 'Launched before',
          }),
          'Launched before': succeed(),
        },
        output: { outcome: 'launched' },
        next: 'Launched',
      },
    ),
    Launched: succeed(),
    // A server that its API has recorded fails in its own record, any other in cell0.
    Failure: choice('state.entry', { existing: 'Fail servers' }, 'Bury in cell0'),
    'Bury in cell0': cleanUp(
      'bury-in-cell0',
      'Every server of the request becomes an error record of cell0. Without a cell0 the execution fails, to be redriven after set-up.',
      { seconds: 900, output: ended('buried'), next: 'Buried' },
    ),
    Buried: succeed(),
    'Fail servers': cleanUp(
      'fail-servers',
      'Every server of the request is in error in its own record, its networks are cleaned up and its build request is gone.',
      { seconds: 900, output: ended('error'), next: 'Failed' },
    ),
    Failed: succeed(),
    // An undo has failed for good: users see why their servers are not built before a person looks at the rest. What
    // the request has reserved is what its servers in error count.
    'Failure half undone': choice('state.entry', { existing: 'Fail servers half undone' }, 'Bury half undone'),
    'Bury half undone': cleanUp('bury-in-cell0', 'The same as Bury in cell0.', { seconds: 900, next: 'Undo the rest' }),
    'Fail servers half undone': cleanUp('fail-servers', 'The same as Fail servers.', {
      seconds: 900,
      next: 'Undo the rest',
    }),
    // Fails the execution until it can be done: redriven, it goes on from here.
    'Undo the rest': cleanUp('undo-select-destinations', 'Every claim of the request is released.', {
      seconds: 300,
      output: ended('error'),
      next: 'Failed',
    }),
    'Clean up build artifacts': cleanUp(
      'clean-up-build-artifacts',
      'Over quota: every server of the request becomes an error record of its cell, and its claim is released.',
      { seconds: 900, output: ended('over-quota'), next: 'Over quota' },
    ),
    'Over quota': succeed(),
  },
);
