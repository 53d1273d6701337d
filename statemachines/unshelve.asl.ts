import {
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
  undo,
  wait,
  workflow,
} from './builder.ts';
import { checkHost, firstWait, nextWait, noHost, NOT_TARGETED, targetServer } from './target-server.ts';

/**
 * What is taken on the way is one claim. Every failure but a lost image, or a server that was never shelved, leaves a
 * server that can be unshelved again.
 */
export const unshelve = workflow(
  'unshelve',
  'Brings a shelved server back: starts it on its host, or has it unshelved by a host of its cell, and sees it to its end.',
  'Target server',
  {
    'Target server': targetServer("Finds the server's cell, takes the server over and decides the way.", 'Way'),
    Way: choice(
      'state.path',
      { start: 'Start in place', 'find-image': 'Find image', schedule: 'Schedule in cell' },
      'Wrong state',
    ),
    'Start in place': wait(
      'start-in-place',
      'The server is on its host: saves powering-on, casts start_instance and waits until the record is settled.',
      firstWait('Clear task'),
    ),
    // Before a host is claimed: a server whose image is lost needs none, and ends in error as in Nova.
    'Find image': task('find-image', 'The image that the server was shelved into.', {
      catches: [caught(['ImageNotFound'], 'Mark error'), caughtAll('Undo: Find image')],
      next: 'Schedule in cell',
    }),
    // An event that cannot be ended is no reason to leave the server in its task.
    'Undo: Find image': undo('undo-find-image', 'The event ends as an error.', {
      next: 'Clear task',
      failed: 'Clear task',
    }),
    'Schedule in cell': task('schedule-in-cell', "A host of the server's own cell, claimed.", {
      catches: noHost('Clear task'),
      next: 'Unshelve on host',
    }),
    // After Clear task: it frees the server, so that the next request may begin.
    'Undo: Schedule in cell': cleanUp(
      'undo-schedule-in-cell',
      'The claim is withdrawn, the event ends, and the server is free.',
      { output: ended('failed'), next: 'Not unshelved' },
    ),
    'Not unshelved': succeed(),
    'Unshelve on host': wait(
      'unshelve-on-host',
      "Registers the token on the server's record, casts unshelve_instance and waits until the record is settled.",
      firstWait('Clear task'),
    ),
    'Await unshelve': wait(
      'await-unshelve',
      'Registers a new token and goes on waiting; the order was given before.',
      nextWait,
    ),
    'Check host': checkHost('Clear task'),
    Pause: pause('Check host'),
    Verdict: choice('verdict', { wait: 'Await unshelve', order: 'Order again' }, 'Conclude'),
    // A Task that timed out before it began has ordered nothing.
    'Order again': choice('state.path', { start: 'Start in place' }, 'Unshelve on host'),
    Conclude: task(
      'conclude',
      'The server is settled: a claim that was made for nothing is withdrawn, and the server is free.',
      { output: fromAnswer('outcome'), next: 'Unshelved' },
    ),
    Unshelved: succeed(),
    // Before the claim is withdrawn: it fences the host, which could settle the server until then.
    'Clear task': cleanUp(
      'clear-task',
      'The server is shelved as before; a host that was ordered to take it is fenced.',
      { output: { ...fromInput('state', 'error'), ...fromAnswer('outcome') }, next: 'Cleared' },
    ),
    Cleared: choice('outcome', { settled: 'Conclude' }, 'Undo: Schedule in cell'),
    'Wrong state': task('mark-error', 'The server is not shelved: it ends in error.', {
      output: fromAnswer('outcome', 'error'),
      next: 'Marked',
    }),
    'Mark error': cleanUp('mark-error', 'The image is gone: the server ends in error with a fault.', {
      output: fromAnswer('outcome', 'error'),
      next: 'Marked',
    }),
    Marked: succeed(),
    ...NOT_TARGETED,
  },
);
