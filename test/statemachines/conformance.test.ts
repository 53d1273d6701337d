import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REFUSED_FEATURES } from '#local/runner/refusal';
import { casesAreHere, loadCases } from './conformance-cases.ts';
import { runCase, type CaseResult } from './run-case.ts';

const ADR = join(import.meta.dirname, '..', '..', 'docs', 'adr', '0002-asl-subset.md');

it('the closed list of refused features stands in the ADR', () => {
  const text = readFileSync(ADR, 'utf8');

  const listed = [...text.matchAll(/^\| `([^`]+)` +\|/gm)].map((match) => match[1]);

  expect(listed).toEqual([...REFUSED_FEATURES]);
});

describe.runIf(casesAreHere)('the runner on the conformance cases', () => {
  const results = new Map<string, CaseResult>();
  const cases = casesAreHere ? loadCases() : [];

  it.each(cases.map((given) => [given.id, given] as const))('%s', async (id, given) => {
    const result = await runCase(given);

    results.set(id, result);
    expect(result.kind === 'failed' ? result.why : undefined).toBeUndefined();
  });

  it('at least 300 cases pass, and every other one is refused for a feature of the list', () => {
    const passed = [...results.values()].filter((result) => result.kind === 'passed').length;
    const refused = new Map<string, number>();
    for (const result of results.values()) {
      if (result.kind === 'refused') refused.set(result.feature, (refused.get(result.feature) ?? 0) + 1);
    }

    const refusals = [...refused.values()].reduce((sum, count) => sum + count, 0);

    console.info(
      `conformance: ${passed} of ${cases.length} passed; refused: ${JSON.stringify(Object.fromEntries(refused))}`,
    );
    expect(cases.length).toBe(324);
    expect(passed).toBeGreaterThanOrEqual(300);
    expect(passed + refusals).toBe(cases.length);
    expect([...refused.keys()].filter((feature) => !REFUSED_FEATURES.some((known) => known === feature))).toEqual([]);
  });
});
