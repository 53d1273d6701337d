import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arrivalSettled,
  buildSettled,
  endedByDeletion,
  FINAL_STATUSES,
  lacksOnlyItsEnd,
  migrationSettled,
  resizeSettled,
  taskSettled,
  type OperationFacts,
} from '#conductor/settled';
import { PROPERTY_RUNS } from '../fixtures/property-runs.ts';

/** A server whose task has ended well, without a migration. */
const AT_REST: OperationFacts = {
  vm_state: 'active',
  task_state: null,
  host: 'host1',
  deleted: false,
  migrationStatus: null,
  ended: null,
};
const busy = { task_state: 'migrating' };

describe('a build', () => {
  test.each([
    ['goes on while its server is building, with or without a task', { vm_state: 'building' }, undefined],
    ['has ended with a server that runs', { vm_state: 'active', task_state: 'spawning' }, 'active'],
    ['has failed with a server in error', { vm_state: 'error' }, 'error'],
    ['is over when the server is gone', { vm_state: 'building', deleted: true }, 'deleted'],
  ])('%s', (_title, facts, outcome) => {
    expect(buildSettled({ ...AT_REST, ...facts })).toBe(outcome);
  });
});

describe('a live migration', () => {
  test.each([
    ['goes on while its migration has no final status', {}, undefined],
    ['is done once its migration is completed, whatever task runs', { migrationStatus: 'completed', ...busy }, 'done'],
    ['goes on while its failed migration is rolled back', { migrationStatus: 'failed', ...busy }, undefined],
    ['has failed once the task of its failed migration has ended', { migrationStatus: 'failed' }, 'error'],
    [
      'has failed once the save that ended its task was seen, though the next task runs',
      { migrationStatus: 'failed', ended: 'active', ...busy },
      'error',
    ],
    ['is over when the server is gone', { deleted: true, migrationStatus: 'completed' }, 'deleted'],
  ])('%s', (_title, facts, outcome) => {
    expect(migrationSettled({ ...AT_REST, ...facts })).toBe(outcome);
  });
});

describe('a resize', () => {
  test.each([
    ['goes on while its server is as it was', {}, undefined],
    ['has failed when its migration has failed, although the server runs on', { migrationStatus: 'error' }, 'error'],
    [
      'goes on while a task runs, whatever its migration says',
      { migrationStatus: 'error', task_state: 'resize_prep' },
      undefined,
    ],
    ['has failed when the server is in error', { vm_state: 'error' }, 'error'],
    ['has failed when its task ended in error, though the server runs again', { ended: 'error', ...busy }, 'error'],
    ['is done when the server waits for its confirmation', { vm_state: 'resized' }, 'done'],
    ['is done when it has been confirmed by now', { migrationStatus: 'confirmed', ...busy }, 'done'],
    ['is done when it has been reverted by now', { migrationStatus: 'reverted', ...busy }, 'done'],
    ['is over when the server is gone', { deleted: true, vm_state: 'resized' }, 'deleted'],
  ])('%s', (_title, facts, outcome) => {
    expect(resizeSettled({ ...AT_REST, ...facts })).toBe(outcome);
  });
});

describe('a rebuild in place or an unshelve', () => {
  test.each([
    ['goes on while its task runs', { task_state: 'rebuilding' }, undefined],
    ['is done when its task has ended', {}, 'done'],
    ['has failed when its task ended with a server in error', { vm_state: 'error' }, 'error'],
    ['is done as the save says that ended its task', { ended: 'active', vm_state: 'error', ...busy }, 'done'],
    ['is over when the server is gone', { deleted: true }, 'deleted'],
  ])('%s', (_title, facts, outcome) => {
    expect(taskSettled({ ...AT_REST, ...facts })).toBe(outcome);
  });
});

describe('an evacuation without a migration', () => {
  test.each([
    ['is done once the server is its destination’s', { host: 'host2' }, 'done'],
    ['goes on while its task has ended and the server is not there yet', {}, undefined],
    ['has failed wherever the server is', { vm_state: 'error' }, 'error'],
    ['is over wherever the server was', { deleted: true }, 'deleted'],
    ['goes on while its task runs, wherever the server is', { host: 'host2', ...busy }, undefined],
  ])('%s', (_title, facts, outcome) => {
    expect(arrivalSettled({ ...AT_REST, ...facts }, 'host2')).toBe(outcome);
  });
});

test('every operation is over with its server, and none that only a deletion ends is over before', () => {
  const state = fc.constantFrom('building', 'active', 'error', 'resized', null);
  const facts: fc.Arbitrary<OperationFacts> = fc.record({
    vm_state: state,
    task_state: fc.constantFrom('migrating', null),
    host: fc.constantFrom('host1', 'host2', null),
    deleted: fc.constant(true),
    migrationStatus: fc.constantFrom(null, 'running', ...FINAL_STATUSES),
    ended: state,
  });

  fc.assert(
    fc.property(facts, (all) => {
      const ends = [buildSettled, migrationSettled, resizeSettled, taskSettled, endedByDeletion].map((of) => of(all));

      expect(new Set([...ends, arrivalSettled(all, 'host2')])).toEqual(new Set(['deleted']));
      expect(endedByDeletion({ ...all, deleted: false })).toBeUndefined();
    }),
    { numRuns: PROPERTY_RUNS },
  );
});

describe('a move whose hosts have stopped', () => {
  test.each([
    ['lacks only its end on its destination, without a task', { host: 'host2' }, true],
    ['lacks only its end where the next task runs already', { host: 'host2', ended: 'active', ...busy }, true],
    ['lacks only its end where its user has had the server offloaded', { host: null }, true],
    ['has not arrived while its task runs', { host: 'host2', ...busy }, false],
    ['has not arrived on its source', {}, false],
    ['is over when the server is gone', { host: null, deleted: true }, false],
  ])('%s', (_title, facts, lacks) => {
    expect(lacksOnlyItsEnd({ ...AT_REST, ...facts }, 'host2')).toBe(lacks);
  });
});
