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
  'attach-volume': 'abaf3479bbe8b35524938c1dd0ad5c53df2cb371bf9c0bcebeed806e4a2f0ba8',
  build: '68abe63e52128e39d8a077c427b55a3d7019f3ee8518929170d83afdefc53f9e',
  'cache-images': '742c1286253c27d8e773378a7787aae2736ac7194665584f236fab52f19c12c6',
  'cold-migrate': '9aa2fc8d00b6b3ee2b2f92b3440110d03715e6119af52ade24feec47f992aae7',
  'confirm-across-cells': 'a6e6a6794cde63d9ddc427a7b043843bf70826fb807e629300ce7359ac94192b',
  'cross-cell-resize': 'c66be0d36be83e5580658cedbdc66e00705e8c7ce649f5a313205ddab2504bb7',
  launch: '545680b7daa5b686b84d99eecb8e8fd716f589c9a8f962467b2b973804a77d19',
  'live-migrate': '28c8995af4a21f485d5d46831a2bb56e28783a0b60a5b76302abd7c50503b254',
  rebuild: 'dfb0d0f13764ce360c877932d589236b96faf7875846f6979db5bffdbccfee21',
  'revert-across-cells': '3ac6188af34efa7b6c7b0df1e9d75a971b9f249e49b0b9f374f7c07bdc7410aa',
  unshelve: '8567b00eba5764b5e34beb57ea25959856addb5a20962f2f591210c8291bc0f8',
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
