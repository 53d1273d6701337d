import { describe, expect, test } from 'vitest';
import { backportsOf, replayBackport } from '../replay/backport-lines.ts';
import type { Difference } from '../replay/compare.ts';
import { recordedLines } from '../replay/recorded-file.ts';
import { corpusFile, hasCorpus } from '../replay/shared-directory.ts';
import { THOROUGH } from '../fixtures/property-runs.ts';

const FILE = 'objects-backports.jsonl.gz';

/** One of so many cases is replayed; a prime, so that it meets every version and every kind of case. */
const EVERY = THOROUGH ? 1 : 7;

describe.each([
  ['26', 'corpus'],
  ['34', 'corpus-34'],
] as const)('recorded lowerings of Nova %s', (_release, corpus) => {
  test.runIf(hasCorpus(FILE, corpus))(
    'objects are lowered to older versions as Nova did it (VERS-01, VERS-05, VERS-10, SHARE-06)',
    { timeout: 120_000 },
    async () => {
      const differing: { readonly label: string; readonly differences: Difference[] }[] = [];
      let [recorded, total] = [0, 0];

      for await (const line of recordedLines(corpusFile(FILE, corpus))) {
        for (const backport of backportsOf(line)) {
          recorded += 1;
          if (recorded % EVERY !== 0) continue;
          total += 1;
          const differences = replayBackport(backport);
          if (differences.length > 0) differing.push({ label: backport.label, differences });
        }
      }

      expect({ differing: differing.length, first: differing.slice(0, 3) }).toEqual({ differing: 0, first: [] });
      expect(total).toBeGreaterThan(10_000 / EVERY);
    },
  );
});
