import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Json } from '#ports/json';
import { mapOf, textOf } from '#wire/reading';
import { describedFailures } from './failures.ts';
import { install } from '#local/nova-compute/install';
import { CELL_RELEASES, isRelease, PINS } from '#local/nova-compute/releases';
import { REPORTS } from './report.ts';

/*
 * Runs the scenarios with stock computes; where Nova cannot be installed it says why in
 * one line. What failed comes last.
 */

/** What vitest reports to programs of a run. */
const RESULTS = join(REPORTS, 'results.json');

const HELP = `npm run test:nova-compute [-- --release RELEASE ...] [-- --scenario WORDS]

Starts cells of stock nova-compute processes over the driver and sends them what Nova's API sends.

  --release RELEASE   ${CELL_RELEASES.join(' or ')}; more than once for several (default: all)
  --scenario WORDS    only scenarios whose titles have these words, for instance "live-migrates"
`;

const { values } = parseArgs({
  options: {
    release: { type: 'string', multiple: true, default: [...CELL_RELEASES] },
    scenario: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = values.release.find((name) => !isRelease(name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no release "${unknown}"; there are: ${CELL_RELEASES.join(', ')}.\n`);
    return 2;
  }
  const missing = await install(Object.keys(PINS).filter(isRelease));
  if (missing !== undefined) {
    console.log(`Tests skipped: SKIPPED, NOT RUN: ${missing}`);
    return 0;
  }
  rmSync(REPORTS, { recursive: true, force: true });

  const code = await scenarios(values.release, values.scenario);
  for (const release of values.release) {
    const report = join(REPORTS, `${release}.txt`);
    if (existsSync(report)) console.log(`\n${readFileSync(report, 'utf8')}`);
  }
  if (code !== 0) console.log(describedFailures(failedTests()));
  return code;
}

async function scenarios(releases: readonly string[], words: string | undefined): Promise<number> {
  const vitest = join(import.meta.dirname, '..', '..', 'node_modules', 'vitest', 'vitest.mjs');
  const config = join(import.meta.dirname, 'vitest.config.ts');
  const args = [
    vitest,
    'run',
    '--config',
    config,
    '--reporter',
    'verbose',
    '--reporter',
    'json',
    '--outputFile.json',
    RESULTS,
    ...(words === undefined ? [] : ['-t', words]),
    ...releases.map((release) => `one-cell-${release}`),
    'two-cells',
  ];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  await once(child, 'close');
  return child.exitCode ?? 1;
}

/** The titles of what failed, suites that did not begin included. */
function failedTests(): string[] {
  if (!existsSync(RESULTS)) return ['the run ended before it could report what failed'];
  const read: Json = JSON.parse(readFileSync(RESULTS, 'utf8'));
  return listOf(mapOf(read)['testResults']).flatMap((file) => {
    const { assertionResults, message, status } = mapOf(file);
    const failed = listOf(assertionResults)
      .map(mapOf)
      .filter((test) => test['status'] === 'failed')
      .map((test) => textOf(test['title']) ?? '');
    return failed.length > 0 || status === 'passed' ? failed : [`no test was run: ${textOf(message) ?? ''}`];
  });
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

process.exitCode = await main();
