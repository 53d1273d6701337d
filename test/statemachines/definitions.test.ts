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
  build: '50d66db6a33c0c16c9b6a086ea4034833cfeb7e2b6480e688d50f33767faad66',
  'cold-migrate': '8d3fad4bf91767bc0127972b3650d972b8f06a950b4f93549b156dd45be3aef7',
  launch: '08e48fab55e26c3dbb8eb5024ee1c3fcdbcca5ae9ae4dd0686c30b6e0b6c74e2',
  'live-migrate': 'c6786b29690d1dfd14a069445e4995939e3dc4682220c6e50cbd209c3729c5f1',
  rebuild: '26896edacb56a3b344b6b1de673b0c99923f1b422ddf2d8d64b1948a1b3e99cc',
  unshelve: 'f97ed88c0101ddb47715dc8dfeee6fd8fd81dbe80403022cd088a71727a18dc4',
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
