import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { backportCases, replayBackport } from '../replay/backports.ts';
import { THOROUGH } from '../fixtures/property-runs.ts';
import { corpusFile, hasCorpus } from '../replay/shared-directory.ts';

const FILE = 'objects-backports.jsonl.gz';

/** One of so many cases is replayed; a prime, so that it meets every version and every kind of case. */
const EVERY = THOROUGH ? 1 : 7;

describe.runIf(hasCorpus(FILE))('recorded lowerings of Nova 26', () => {
  test('objects are lowered to older versions as Nova did it', { timeout: 120_000 }, () => {
    const differing: unknown[] = [];
    let total = 0;

    let recordedCases = 0;

    for (const recorded of backportCases(corpusFile(FILE))) {
      recordedCases += 1;
      if (recordedCases % EVERY !== 0) continue;
      total += 1;
      const actual = replayBackport(recorded);
      if (!isDeepStrictEqual(actual, recorded.expected)) {
        const { object, target, manifest, expected } = recorded;
        differing.push({ object, case: recorded.case, target, manifest, expected, actual });
      }
    }

    expect({ differing: differing.length, first: differing.slice(0, 3) }).toEqual({
      differing: 0,
      first: [],
    });
    expect(total).toBeGreaterThan(10_000 / EVERY);
  });
});
