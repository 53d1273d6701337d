import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';
import { WORKFLOW_STEPS } from '../fixtures/workflow-steps.ts';

/**
 * SHA-256 of each definition, its keys in alphabetical order at every level. A refactoring of statemachines/ changes none of
 * them. After a change on purpose: compare what `npm run asl` writes before and after, then put the digest that this test
 * reports here.
 */
const DIGESTS: Readonly<Record<string, string>> = {
  build: '0841292333cb6f69c9f07933cdecf43741e80dab73a354e8e093b733d34ca8bf',
  'cold-migrate': '3126b7ddef80faf45a256c96730896f55016c191cd2b8d8f23cb52df68017b60',
  launch: '5a49f79ff8e1dd7a693c4a46a37603947f55cf325ee919c75b6005f08ce29f15',
  'live-migrate': 'c394c7ab5757769b845d97a71b86b0a09fdb521a783e95cc8c9a9558d2cb913c',
  rebuild: '26c1f824d753f0aa14a15ddd1b072d8207b43dd945b3315f7d025c855c084ddc',
  unshelve: '3fc66ee8c5f55a19d42ac1e9de47cd18673e384c546a8a62937aa07e7861c368',
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

    expect(digests).toEqual(DIGESTS);
  });

  it.each(STATE_MACHINES)('name each step of %s, and none that it does not have', (workflow) => {
    expect(stepsOf(definitionOf(workflow))).toEqual(Object.keys(WORKFLOW_STEPS[workflow] ?? {}).toSorted());
  });

  it('are those of the workflows that have steps', () => {
    expect(STATE_MACHINES).toEqual(Object.keys(WORKFLOW_STEPS).toSorted());
  });

  it('are refused under a name that no workflow has', () => {
    expect(() => definitionOf('resize')).toThrow(new RangeError('no state machine is called "resize"'));
  });
});
