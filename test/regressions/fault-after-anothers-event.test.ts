import { expect, test } from 'vitest';
import { playCourse, type Course } from '../worlds/outage-course.ts';

test('a destination says why it refused a move although the next one has refused it, and all has ended, meanwhile', async () => {
  const course: Course = {
    seed: 0,
    hosts: 2,
    large: false,
    long: false,
    moves: ['migrate'],
    behaviour: ['build', { fail: 'it is full' }, { fail: 'it is full' }],
    outages: [
      { what: 'events', after: 0, seconds: 1 },
      { what: 'queue functions', after: 46, seconds: 3600 },
    ],
  };

  const ending = await playCourse(course, true);

  expect(ending.faults.filter((fault) => fault === '400 it is full')).toHaveLength(2);
  expect(ending).toEqual(await playCourse(course, false));
});
