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
  build: '43c5568b3ad2d2dac8e6155019555bd6bb8150df8e9ec03d0fcd001398218ba3',
  'cold-migrate': 'eb5659e7d35661aff864e33a1a61a9d6113f6858b148ff2ea1e2514f8dee0ffb',
  launch: 'affb7376407a6550560d3f20c5c7b372013286e637618a1f35e858cd36b13b03',
  'live-migrate': '20e3fd4e6a1cd8f8776b5ee3f03fc6730823789d5b602f3d365c147ef54684f7',
  rebuild: '739a43c402cfb758a63434cf6acd4db9214220c5e20786c7295d1f643a329ac9',
  unshelve: '360ab1aaca5aca8a9d34dd8b68169112e6a6fe54df8669ba5a8c3fe92962ee3d',
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
