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
  'cold-migrate': '8d58e6115f4775c63aa37fe2396d3e86efa72464d689d8a383a4831be8fc007b',
  launch: '3b3e0c849f066df57ebd08efc45a072db575b0317b889f2a9d31a1913fe91333',
  'live-migrate': 'ebdf5eccfc46198dc619897d0c8123641a1d94e7a23d72edf54681d720dce00b',
  rebuild: '3800e54330d076285f33746f2ab66f0bcf9c8779ca236463018e9991a53dd38d',
  unshelve: '08fedd38f58bc6ba4d94334a3321c810a5085a98d30b3b3b3b7bc1872aa358bd',
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
