import { availableParallelism, loadavg } from 'node:os';
import { builds } from './builds.ts';
import { moves } from './moves.ts';
import { objects } from './objects.ts';
import { scheduling } from './scheduling.ts';
import { start } from './start.ts';
import { tableLines, type Report } from './report.ts';

type Part = (say: (text: string) => void, large: boolean) => Promise<Report>;

const PARTS: Readonly<Record<string, Part>> = { objects, builds, moves, scheduling, start };

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const options = new Set(process.argv.slice(2).filter((argument) => argument.startsWith('--')));
const unknown = [
  ...names.filter((name) => !Object.hasOwn(PARTS, name)),
  ...[...options].filter((option) => option !== '--json' && option !== '--large'),
];
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}; parts are ${Object.keys(PARTS).join(', ')}, options --json, --large`);
  process.exit(2);
}

/** Wall times mean little on a busy machine, so every run says how busy it was. */
const conditions = (): string =>
  `${new Date().toISOString().slice(0, 16)}Z, Node ${process.versions.node}, ${availableParallelism()} cores, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`;

const begun = conditions();
const reports: Report[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const report = await part((text) => console.error(`${name}: ${text}`), options.has('--large'));
  reports.push(report);
  if (!options.has('--json')) for (const table of report.tables) console.log(`${tableLines(table).join('\n')}\n`);
}
if (options.has('--json')) console.log(JSON.stringify({ begun, ended: conditions(), reports }, null, 2));
else {
  const missed = reports.flatMap((report) => report.missed);
  console.log(`Begun ${begun}\nEnded ${conditions()}\n`);
  console.log(
    missed.length === 0 ? 'Every aim is reached.' : `Missed aims:\n${missed.map((text) => `  ${text}`).join('\n')}`,
  );
}
// Hosts and waiting executions of the worlds still have timers.
process.exit(0);
