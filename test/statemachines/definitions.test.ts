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
  build: 'b7c6af7ca7429b522b7bf67757f4c8f723e1a0d8e4944505e9e40b1d573f2e3d',
  'cache-images': 'd51b4a02babadc033efcaeb2f880673b32869a57e012c80010f052f889226e8b',
  'cold-migrate': '98916dec2b086ac600eb7b722996d0e0315475dc5820e6afba52c24a2476d5a0',
  'confirm-across-cells': '9e45a9cdf4aba20034994d90d5059d10235fe6f66c58a858c4bb7b430d4d6215',
  'cross-cell-resize': 'd3637cf46175a0ddcf2d9325f7cc83ce5b773477ce67b1d8439e0b201fe7edf4',
  launch: 'c903362934d25eb53213a8fd720aa374ccb08ede331d6e253370744b9154781c',
  'live-migrate': '60e271ca7b094dd381d3e12b8f6446539fd8ed77c85feecf7dd63fde137acd32',
  rebuild: '860a07a4f01cb5c374863fed315d9cde28ef1cbecf8c6ce430ba85ab98f14a5c',
  'revert-across-cells': '295782721f296d6e2410e51076fb345eb2ebc462f7698b64c382cdd4796bad8d',
  unshelve: 'de82bed998d6f7baace031e3fe2662fb5bd91fd82912b72d0a0354ea68ce2719',
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
