import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';
import { WORKFLOW_STEPS } from '../fixtures/deployed/workflow-steps.ts';

/**
 * SHA-256 of each definition, its keys in alphabetical order at every level. A refactoring of statemachines/ changes none of
 * them. After a change on purpose: compare what `npm run asl` writes before and after, then put the digest that this test
 * reports here.
 */
const DIGESTS: Readonly<Record<string, string>> = {
  'attach-volume': 'be566f1a9054654eac268ce8bee54ed6ec2fa06b29c8400407784b858c8673cd',
  build: 'd8f5acf9ac21ec4dbe5baeb86b4c43d76976325e8e4594d0c29d88bba3b17a3e',
  'cache-images': '87a3d85e979e380c82a47165b2270b7e37d55f2ff248e73a9dd6cc4e6a6158e3',
  'cold-migrate': 'bf973123a7827e28ac4af94f55af84d43b85bdcc6eb62b0c78111e43914ee55d',
  'confirm-across-cells': '9e45a9cdf4aba20034994d90d5059d10235fe6f66c58a858c4bb7b430d4d6215',
  'cross-cell-resize': 'd3637cf46175a0ddcf2d9325f7cc83ce5b773477ce67b1d8439e0b201fe7edf4',
  launch: '0b7cc41fc610954c1fd15dd1c0f3d5950d0804092894e4979245af6e7f9a2bc4',
  'live-migrate': '8c1fbb9563e715616240a34cfc3f469fa084e82a7841d299411144aab4e9459f',
  rebuild: '30cd86a04a67a95898e40b4c0489d088ba27943ede794ba81efb038895473efc',
  'revert-across-cells': '40d007457e9d43a81831ba3a54e43fe8eed110021a9c960da3b6a230bfb5a678',
  unshelve: 'e905c61cd189c67fd93a384b6aa140ddab857d8ecb0f7cb9e23fa6602544eb66',
};

const digest = (definition: string): string =>
  createHash('sha256')
    .update(JSON.stringify(inOrder(JSON.parse(definition))))
    .digest('hex');

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]: [string, unknown]) => [key, inOrder(inner)]));
}

/** The steps that Tasks name, each once. */
const stepsOf = (definition: string): readonly string[] =>
  [...new Set([...definition.matchAll(/"step": "([^"]+)"/gu)].map(([, step = '']) => step))].toSorted();

describe('the state machines', () => {
  it('are as they were when they were last changed on purpose', () => {
    const digests = Object.fromEntries(STATE_MACHINES.map((workflow) => [workflow, digest(definitionOf(workflow))]));

    expect(digests, 'compare what npm run asl writes before and after, then write the digests here').toEqual(DIGESTS);
  });

  it.each(STATE_MACHINES)('name each step of %s, and none that it does not have', (workflow) => {
    const named = stepsOf(definitionOf(workflow));
    const steps = Object.keys(WORKFLOW_STEPS[workflow] ?? {});

    const halves = {
      [`steps that no Task of statemachines/${workflow}.asl.ts names`]: steps.filter((step) => !named.includes(step)),
      [`steps that functions/workflows/${workflow}/steps.ts lacks`]: named.filter((step) => !steps.includes(step)),
    };

    expect(Object.entries(halves).filter(([, half]) => half.length > 0)).toEqual([]);
  });

  it('are those of the workflows that have steps', () => {
    expect(STATE_MACHINES).toEqual(Object.keys(WORKFLOW_STEPS).toSorted());
  });

  it('are refused under a name that no workflow has', () => {
    expect(() => definitionOf('resize')).toThrow(new RangeError('no state machine is called "resize"'));
  });
});
