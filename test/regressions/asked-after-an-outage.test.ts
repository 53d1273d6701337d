import { expect, test } from 'vitest';
import { playCourse, type Course } from '../worlds/outage-course.ts';

test('a host whose question is sent after an outage has as long for its answer as without one', async () => {
  const course: Course = {
    seed: 350_759,
    hosts: 2,
    large: true,
    long: false,
    moves: ['live-migrate'],
    // Its answer comes after it was due and before that is known.
    behaviour: ['build', { delay: 70_533 }],
    outages: [
      { what: 'events', after: 0, seconds: 1 },
      { what: 'queues', after: 2, seconds: 3082 },
    ],
  };

  const ending = await playCourse(course, true);

  expect(ending.migrations).toEqual(['live-migration completed']);
  expect(ending).toEqual(await playCourse(course, false));
});
