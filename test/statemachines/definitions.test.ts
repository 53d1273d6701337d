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
  'attach-volume': '77e2a2137808d95a4372797081e4901ab165cab61c749d713e06e1cc0c1277ff',
  build: 'd652bb029d03215b6f0e40fdb4da3f39ff45bb492b8ee72ed3d96e95a1e8187b',
  'cache-images': '5d52ab6d5490bb1ca37662db5f1cef7d298982723edd472de955de617ab3cc08',
  'cold-migrate': 'd7eedcddeb3b6d20bde3c1457800f7c2519c50d51bb8493c18725c1bcafaf7b0',
  'confirm-across-cells': '6771405d467f82e32236f5b350d555c429cbbe860a66801e60e2d73031a9d613',
  'cross-cell-resize': '926aa1078103d9c9a7cb096a09de17079bb1161b7b2665a5ee9c23793f24dd4b',
  launch: 'c2198690a464dd843ff7ea707e18c2f223804e885293692e5641a925895fd9e5',
  'live-migrate': '240b82a1ef91d7bf83e2fe7db0dd4d6b43f35e714c4f46018dd9822712950853',
  rebuild: '96996cdf5a1a5db48d71f12a6b1096bf24b97246a88f4d268b6bb394912dd73a',
  'revert-across-cells': 'e8cfad9f1d33db63ca0eb46b93efc0d54773b09ab76f95f6c7c911a4cd453bcf',
  unshelve: '26078c90ac9998ae7cc69be2c40bd6e3503a7b8585ead4151ac7029a3ccad103',
};

/** Steps that no Task names any more: executions of the release before go on to ask for them, by the definition that they have. */
const OF_THE_RELEASE_BEFORE: Readonly<Record<string, readonly string[]>> = {
  'cold-migrate': [
    'cast-prep-resize',
    'create-migration',
    'reply',
    'save-spec',
    'select-destination',
    'swap-allocations',
  ],
  'live-migrate': [
    'bind-ports',
    'check-destination',
    'check-source',
    'claim-destination',
    'create-migration',
    'reply',
    'start-migration',
    'swap-allocations',
  ],
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
    const named = [...stepsOf(definitionOf(workflow)), ...(OF_THE_RELEASE_BEFORE[workflow] ?? [])];
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
