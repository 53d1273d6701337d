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
  'attach-volume': 'c6b53581239e38aeb1400842323dedb146d6a10861e21b55911581e36339f05f',
  build: 'd652bb029d03215b6f0e40fdb4da3f39ff45bb492b8ee72ed3d96e95a1e8187b',
  'cache-images': '0bb55d19337851b8698314d685c22ce9f360f242cee611d526367b43613aaa10',
  'cold-migrate': '27655051b60bc9cc40460dd217e5c9a0cc9336dff71b3f03bccb020c72d6b484',
  'confirm-across-cells': '0025c18726d7319b685d1d0a26eea79799f025136d61814551c820ab130f807b',
  'cross-cell-resize': '965cdfd209d0362d5092ea560a844978bfbdd4ed2813d368de54f724acc9e722',
  launch: '3fc7d12b0274917ca6ca9c3289011dfdbec4b3d15e121f2ea9c1084969b53f2b',
  'live-migrate': '0c61676ecdb73b72423438f2c45e4c54b453887df5858f9bd71e10e864f2e633',
  rebuild: '56bdc9e02277524f95a581f38d096d90f1128a8dd490d33c8365558c9a0d0f1c',
  'revert-across-cells': '34f45759abebb0ca66803c1db215230395f0bcf514229599c990839b8b7e3974',
  unshelve: '5569749fd43adaef81233b8ef8885b10cd26c4547bc163c65c754fc17c0ed358',
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
