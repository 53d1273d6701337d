import { describe, expect, it } from 'vitest';
import { WORKFLOW_STEPS } from '../fixtures/deployed/workflow-steps.ts';
import { playThrough } from '../statemachines/play.ts';
import { asRecorded, recordedStates, STORIES } from './recorded-states.ts';

const recorded = recordedStates();

/**
 * Steps that only an undo that fails for good leads to, which no story is recorded at:
 * test/workflows/undo-that-fails.test.ts walks through them.
 */
const AFTER_AN_UNDO: ReadonlySet<string> = new Set(['undo-the-rest']);

describe('an execution that the previous release started', () => {
  it.each(STORIES.map((story) => [story.name, story] as const))(
    'finishes on this release, with the states that it carries: %s',
    { timeout: 60_000 },
    async (_name, story) => {
      const { leftOver } = await playThrough(story, asRecorded(recorded));

      expect(leftOver).toEqual([]);
    },
  );

  it.each([...recorded])('calls no step of %s that this release does not have', (workflow, states) => {
    const steps = Object.keys(WORKFLOW_STEPS[workflow] ?? {});

    expect(Object.keys(states).filter((step) => !steps.includes(step))).toEqual([]);
  });

  it('was recorded at every step of every workflow', () => {
    const missing = Object.keys(WORKFLOW_STEPS).flatMap((workflow) =>
      Object.keys(WORKFLOW_STEPS[workflow] ?? {})
        .filter((step) => recorded.get(workflow)?.[step] === undefined && !AFTER_AN_UNDO.has(step))
        .map((step) => `${workflow}/${step}`),
    );

    expect(missing, 'npm run states -- --new records the states of a new step').toEqual([]);
  });
});
