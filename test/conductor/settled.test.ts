import { describe, expect, test } from 'vitest';
import { resizeSettled, type OperationFacts } from '#conductor/settled';

const running: OperationFacts = {
  vm_state: 'active',
  task_state: null,
  host: 'host1',
  deleted: false,
  migrationStatus: null,
  ended: null,
};

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
    ['is done when the server waits for its confirmation', { vm_state: 'resized' }, 'done'],
    ['is over when the server is gone', { deleted: true, vm_state: 'resized' }, 'deleted'],
  ] as const)('%s', (_title, facts, outcome) => {
    expect(resizeSettled({ ...running, ...facts })).toBe(outcome);
  });
});
