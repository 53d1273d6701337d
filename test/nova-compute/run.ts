import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { install } from './install.ts';
import { CELL_RELEASES, isRelease, PINS } from './releases.ts';
import { REPORTS } from './report.ts';

/* Runs the scenarios with stock computes; where Nova cannot be installed it says why in one line. */

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
  const missing = await install(['placement', ...Object.keys(PINS).filter(isRelease)]);
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
    ...(words === undefined ? [] : ['-t', words]),
  ];
  const env = { ...process.env, NOVA_RELEASES: releases.join(',') };
  const child = spawn(process.execPath, args, { stdio: 'inherit', env });
  await once(child, 'close');
  return child.exitCode ?? 1;
}

process.exitCode = await main();
