import { expect, test } from 'vitest';
import { turnOf, type Owning } from '#conductor/ownership';

const AT_WORK: Owning = {
  settled: undefined,
  ended: null,
  task_state: 'resize_prep',
  tasks: ['resize_prep', 'resize_migrating'],
};

test.each([
  ['is refused in the middle of the owner’s task', {}, 'refuse'],
  ['is refused in the last of the owner’s tasks', { task_state: 'resize_migrating' }, 'refuse'],
  ['waits for an owner that is settled', { settled: 'done' }, 'wait'],
  ['waits for an owner whose task a save has ended', { ended: 'active' }, 'wait'],
  ['waits for an owner whose task is no more', { task_state: null }, 'wait'],
  ['waits where its own task has taken the place of the owner’s', { task_state: 'powering-off' }, 'wait'],
] as const)('a request for a server that is owned %s', (_title, facts, turn) => {
  expect(turnOf({ ...AT_WORK, ...facts })).toBe(turn);
});
