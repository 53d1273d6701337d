import { describe, expect, test } from 'vitest';
import { playCourse, type Course } from '../worlds/outage-course.ts';

const COURSE: Course = {
  seed: 18,
  hosts: 2,
  large: true,
  long: false,
  moves: [],
  behaviour: [{ fail: 'it is full' }],
  outages: [],
};

describe('hosts whose last message is hidden when the functions behind queues are back', () => {
  test.each([
    ['keep the order that they have not taken yet', { what: 'queue functions', after: 4, seconds: 3283 }],
    ['may get new work', { what: 'tables', after: 3, seconds: 128 }],
  ] as const)('%s', async (_title, outage) => {
    const without = await playCourse(COURSE, false);

    const ended = await playCourse({ ...COURSE, outages: [outage] }, true);

    expect(ended).toEqual(without);
    expect(ended).toMatchObject({ states: [['active', null, false, 1024, false]], faults: [], left: [] });
  });
});
