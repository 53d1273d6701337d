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
  build: '3854cadfb527797b80e22929106cde6a9f5c11aed1911b0b75c55cffe612703d',
  'cold-migrate': 'bd1dd991a4e9a505fe49feb56503f0a8d2ffaa5094724eb9f2e026d13c98c994',
  launch: '7c626572c693eabb9c7bc192a25c829fa0534cf9926fb0448a65d6143209ce0e',
  'live-migrate': 'd6dc6fc3a8266285b642c168136e5aab3a5bdf2ffc5e56224d07b2b427e3ced9',
  rebuild: '9c9d8eccaa945f4ce091bf6c16f69057eb6611e977a424a347a93caa9d67b4b4',
  unshelve: '21704948d27d94e2163693a05b81bc7ab6f090d16a2477523ab7c68288bf0e86',
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
