import { describe, expect, test } from 'vitest';
import { CallFailure } from '../fixtures/failures.ts';
import { playCall } from './play.ts';
import { BUILD_STORIES } from './stories.ts';

/** A build's messages make fewer calls than this; later ones are heartbeats. */
const CALLS = 60;

const stories = BUILD_STORIES.filter(({ name }) =>
  ['a first build', 'a host that gives the server back', 'a host that aborts the build'].includes(name),
);

describe('the functions behind the queues', () => {
  describe.each(stories)('in $name', (story) => {
    test.each([
      ['before', false],
      ['after', true],
    ] as const)('may die %s any call that they make', { timeout: 300_000 }, async (when, after) => {
      const remains: string[] = [];
      for (let at = 1; at <= CALLS; at += 1) {
        const failure = new CallFailure('the functions behind queues', at, { after, forGood: false });
        const { leftOver } = await playCall(story, failure);
        remains.push(...leftOver.map((line) => `${when} call ${at} (${failure.failed}): ${line}`));
      }

      expect(remains).toEqual([]);
    });
  });
});
