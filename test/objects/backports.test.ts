import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { backportCases, replayBackport } from '../replay/backports.ts';
import { corpusFile, hasCorpus } from '../replay/shared-directory.ts';

const FILE = 'objects-backports.jsonl.gz';

describe.runIf(hasCorpus(FILE))('recorded lowerings of Nova 26', () => {
  test('every object is lowered to every older version as Nova did it', { timeout: 120_000 }, () => {
    const differing: unknown[] = [];
    let total = 0;

    for (const recorded of backportCases(corpusFile(FILE))) {
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
    expect(total).toBeGreaterThan(10_000);
  });
});
