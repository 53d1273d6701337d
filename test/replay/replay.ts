import { parseArgs } from 'node:util';
import { applied } from './normalise.ts';
import { notCompared } from './not-compared.ts';
import { replayFile } from './replay-file.ts';
import { readable } from './report.ts';
import { Tally } from './tally.ts';

/**
 * `npm run replay -- FILE...`: sends recorded requests to our own dispatch and compares replies and records.
 * Exit code 1 when anything differs, 2 when a file cannot be read to its end; what was read is reported all the same.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      first: { type: 'string', default: '20' },
      'tasks-only': { type: 'boolean', default: false },
    },
  });
  const tally = new Tally();
  let unread = 0;
  for (const path of positionals) {
    const started = Date.now();
    try {
      await replayFile(path, tally, { tasksOnly: values['tasks-only'] });
    } catch (error) {
      process.stderr.write(`${path}: ${error instanceof Error ? error.message : String(error)}\n`);
      unread += 1;
    }
    process.stderr.write(`${path}: ${tally.totals.cases} cases so far, ${Date.now() - started} ms\n`);
  }
  const { totals, methods, differences, documented, unsupported } = tally;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ totals, methods, differences, documented, unsupported }, null, 1)}\n`
      : readable(tally, Number(values.first)),
  );
  for (const [name, count] of applied) process.stderr.write(`normalised ${name}: ${count}\n`);
  for (const [what, count] of notCompared) process.stderr.write(`not compared ${what}: ${count}\n`);
  if (unread > 0) return 2;
  return totals.different > 0 ? 1 : 0;
}

process.exitCode = await main();
