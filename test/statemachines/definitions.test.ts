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
  build: '247ef7be8f342f388514074b3c4696b25c7db19383aaa47a9480970643ec12a3',
  'cold-migrate': 'dd6a5938434c69a944fc2f853b94dcf9dee36f1c8dc2a34fe8bb3ebd98f2bfeb',
  launch: '1176aff2a0115b506a80ebd973bd8b36ee0afbe8a7ff1d15abb045894fdf348f',
  'live-migrate': '6f38dc8f85f55fb0e7f54fcc55657ca05ff9929d9dbd7fefc9dbeeecd18b1065',
  rebuild: '108fb7b974a8e4feff42956d2217006f1a0d7e30d6f8ed9edbb6b05cf9987b4a',
  unshelve: '9e467d5eb7626690033300ea2ddb1a703d4e05a2bfc02032c8d016fa3289c787',
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
