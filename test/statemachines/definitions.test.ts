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
  'attach-volume': '0918c742176d7a1b3bc8f28061f6a56e2ce3226239f273e5311de78c154cce67',
  build: 'a92766467b0383049054be85610ceef0899d0ca3b8e2ea614d0cc61f839371d3',
  'cache-images': '6847fc5f0981ea91e352e568dca7c26ba65d4dd239e12960b11017302d66d8a7',
  'cold-migrate': 'd1b7ea8288ccdf884f7847cd869141ed2e64bf6d91abab60b2541fe1ab750296',
  'confirm-across-cells': '400f55961b927f182266c68288a3a9e3e53e1f497c1f07d6e21226f1857b80f6',
  'cross-cell-resize': '42f6a3621e0dfa4de4bb12ee530a3218b5629f4f037b4f7cead1ed5e438866d9',
  launch: '9330d3c45c100ae4626f49c241acb7e6ee326687c47babe018fe53b5fe0ae8a1',
  'live-migrate': '36463720c6dadb8d1c90d3e39079b1a5e0d56f5b4a6713402d94aa292508d8e5',
  rebuild: 'b4d33e144369ff18d0ecc73e5264bcc4052a2517e33de037779aa8ef57e58808',
  'revert-across-cells': 'f393b1dfdccd91cc5422bb5e27712885241ac0f404a9ef5d95eefff7a31b3a8d',
  unshelve: '0f6fefb3952cde9d9722f48c914fdaaaa88b5d11459267d841df8660505b5892',
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
