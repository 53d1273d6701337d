import { ANSWER, caught, caughtAll, choice, cleanUp, ended, fromInput, task, undo } from './builder.ts';
import { RETRY } from './retry.ts';

/**
 * First state of a move. Nothing but the events of its action is written before the server is owned, so an error has no
 * undo.
 */
export const begin = (comment: string) =>
  task('begin', comment, {
    retry: [RETRY.step, RETRY.busy, RETRY.raced],
    catches: [caughtAll('Refuse')],
    next: 'Prepare',
  });

/** Gives back the whole, which takes a claim on a destination away as well. */
export const undoSwapAllocations = undo('undo-swap-allocations', 'The server gets back what it held on its source.', {
  next: 'Undo: Create migration',
  failed: 'Fail half undone',
});

/** Comes after the allocations, which are found by the migration's uuid. */
export const undoCreateMigration = undo('undo-create-migration', 'The migration ends in error.', {
  next: 'Fail migration',
  failed: 'Fail half undone',
});

/**
 * Comes when an undo has failed for good: the request ends for its user and its caller before a person looks at the
 * rest.
 */
export const failHalfUndone = cleanUp(
  'fail-migration',
  'The server has its state again, with a fault; events and answer carry the error.',
  { next: 'Undo the rest' },
);

/** Fails the execution until it can be done: redriven, it goes on from here. */
export const undoTheRest = cleanUp(
  'undo-the-rest',
  'What is left is given back, unless others are at work on the server.',
  {
    output: ended('error'),
    next: 'Failed',
  },
);

/** A server that is deleted meanwhile, or another execution's by now, is at its end: nothing waits for it any more. */
export const endedMeanwhile = [
  caught(['InstanceNotFound'], 'Finish', { outcome: 'deleted' }),
  caught(['InstanceInvalidState'], 'Finish', { outcome: 'taken-over' }),
];

/** Ends a move whose hosts do not. What leads here may be a failure of our own, of a move that they have settled. */
export const giveUp = (comment: string) =>
  task('give-up', comment, {
    output: {
      ...ANSWER,
      outcome: '{% $states.result.Payload.settled %}',
      error: { Error: 'MigrationError', Cause: 'a host was given up' },
    },
    catches: endedMeanwhile,
    next: 'Given up',
  });

/** A move that its hosts have settled ends as it does without the failure. */
export const givenUp = <const To extends string>(next: To) =>
  choice<To | 'Finish'>('outcome', { 'given-up': next }, 'Finish');

/** Last state of a move that a host has settled. */
export const finish = (comment: string) =>
  task('finish', comment, {
    passes: ['outcome'],
    output: fromInput('state', 'outcome'),
    next: 'Ended',
  });
