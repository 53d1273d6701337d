import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { JsonMap } from '#ports/json';
import { backportsOf, replayBackport } from './backport-lines.ts';
import { brokerRequests } from './broker.ts';
import { applied, beginCase } from './normalise.ts';
import { recordedLines, stubsBeside } from './recorded-file.ts';
import { replayCase } from './replay-case.ts';
import { readable } from './report.ts';
import { casesOf } from './scenario.ts';
import { Tally } from './tally.ts';
import { plainText } from '#records/reading';
import { replayTask } from './tasks/replay-task.ts';
import { tasksOf } from './tasks/task-scenario.ts';

/**
 * `npm run replay -- FILE...`: sends recorded requests to our object dispatch and compares replies and records.
 * Exit code 1 when anything differs, 2 when a file cannot be read.
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
  for (const file of positionals) {
    try {
      await replayFile(file, tally, values['tasks-only']);
    } catch (error) {
      process.stderr.write(`${file}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      return 2;
    }
  }
  const { totals, methods, differences, unsupported } = tally;
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ totals, methods, differences, unsupported }, null, 1)}\n`
      : readable(tally, Number(values.first)),
  );
  for (const [name, count] of applied) process.stderr.write(`normalised ${name}: ${count}\n`);
  return totals.different > 0 ? 1 : 0;
}

async function replayFile(path: string, tally: Tally, tasksOnly: boolean): Promise<void> {
  const file = basename(path);
  const stubs = stubsBeside(path);
  const started = Date.now();
  let scenario: JsonMap[] = [];
  const flush = async (): Promise<void> => {
    const lines = scenario;
    scenario = [];
    const test = plainText(lines[0]?.['test'] ?? '');
    for (const each of tasksOnly ? [] : casesOf(lines, stubs.get(test) ?? [])) {
      if (each.kind === 'unsupported') tally.refused(each.name, each.reason);
      else {
        const at = { file, test, id: each.recorded.id, method: each.name };
        beginCase();
        tally.replayed(at, await replayCase(each.recorded));
      }
    }
    for (const each of tasksOf(lines, stubs.get(test) ?? [])) {
      if (each.kind === 'unsupported') tally.refused(each.name, each.reason);
      else {
        const at = { file, test, id: each.recorded.id, method: each.name };
        beginCase();
        tally.replayed(at, await replayTask(each.recorded));
      }
    }
  };
  for await (const line of recordedLines(path)) {
    if (Array.isArray(line['cases'])) {
      for (const backport of backportsOf(line)) {
        const at = { file, test: backport.label, id: '', method: `backport.${backport.object}` };
        tally.replayed(at, replayBackport(backport));
      }
      continue;
    }
    if (line['kind'] === 'publish') {
      for (const { name, reason } of brokerRequests(line)) tally.refused(name, reason);
      continue;
    }
    scenario.push(line);
    if (line['kind'] === 'test_end') await flush();
  }
  await flush();
  process.stderr.write(`${file}: ${tally.totals.cases} cases so far, ${Date.now() - started} ms\n`);
}

process.exitCode = await main();
