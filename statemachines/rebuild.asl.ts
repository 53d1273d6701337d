import { choice, cleanUp, fail, fromAnswer, fromInput, pause, succeed, task, wait, workflow } from './builder.ts';
import { RETRY } from './retry.ts';
import { checkHost, firstWait, nextWait, noHost, NOT_TARGETED, targetServer } from './target-server.ts';

/**
 * An evacuated server must never run twice: the source is found dead before a host is chosen, and the registration
 * before the order makes the destination the only host that may write the record.
 */
export const rebuild = workflow(
  'rebuild',
  'Rebuilds a server in place, or on another host because its own is dead, and sees it to its end.',
  'Target server',
  {
    'Target server': targetServer("Finds the server's cell and takes the server over.", 'Choose host'),
    // Last of all: once the server is free, the next request may begin.
    'Undo: Target server': cleanUp('undo-target-server', 'The event ends and the server is free.', {
      output: { ...fromInput('outcome'), error: '{% $states.input.error.Error %}' },
      next: 'Ending',
    }),
    'Choose host': task('choose-host', 'The host that was given, forced with a claim, or chosen by the scheduler.', {
      retry: [RETRY.step, RETRY.unread, RETRY.undecided],
      catches: noHost('Fail rebuild'),
      next: 'Rebuild on host',
    }),
    'Undo: Choose host': cleanUp('undo-choose-host', 'The claim on the destination is withdrawn.', {
      output: fromInput('state', 'error', 'outcome'),
      next: 'Undo: Target server',
    }),
    'Rebuild on host': wait(
      'rebuild-on-host',
      'Registers the token, which fences every other host, casts rebuild_instance and waits until the record is settled.',
      firstWait('Fail rebuild'),
    ),
    'Await rebuild': wait(
      'await-rebuild',
      'Registers a new token and goes on waiting; the order was given before.',
      nextWait,
    ),
    'Check host': checkHost('Fail rebuild'),
    Pause: pause('Check host'),
    // A Task that timed out before it began has ordered nothing.
    Verdict: choice('verdict', { wait: 'Await rebuild', order: 'Rebuild on host' }, 'Conclude'),
    // The source keeps its claim until the server is settled elsewhere: until then nobody knows which host will have
    // it.
    Conclude: task('conclude', 'The server is settled: it holds what is on its host and nothing else.', {
      output: fromAnswer('outcome', 'host'),
      next: 'Rebuilt',
    }),
    Rebuilt: succeed(),
    // Before the claim is withdrawn: it fences the destination, which could settle the server until then.
    'Fail rebuild': cleanUp(
      'fail-rebuild',
      'Migration, vm_state and image as the failure calls for, with faults; only the host that has the server may write it.',
      { output: { ...fromInput('state', 'error'), ...fromAnswer('outcome') }, next: 'Failed how' },
    ),
    'Failed how': choice('outcome', { settled: 'Conclude' }, 'Undo: Choose host'),
    Ending: choice('outcome', { untouched: 'Unfinished' }, 'Not rebuilt'),
    'Not rebuilt': succeed(),
    Unfinished: fail(
      '{% $states.input.error %}',
      'Nothing was changed: the server waits in its task until the request is made again.',
    ),
    ...NOT_TARGETED,
  },
);
