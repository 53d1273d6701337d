import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundles } from './bundles.ts';
import { median } from './measure.ts';
import original from './nova-conductor.json' with { type: 'json' };
import { missedAim, type Cell, type Report } from './report.ts';

const run = promisify(execFile);

const RUNS = 5;

const PROBE = fileURLToPath(new URL('start-probe.mjs', import.meta.url));

/** What functions/wiring.ts reads; nobody is asked anything before the first event. */
const ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: 'none',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_REGION: 'us-east-1',
  AWS_SECRET_ACCESS_KEY: 'none',
  CELL: 'cell1',
  CELL_UUID: '11111111-1111-4111-8111-111111111111',
  DEPLOYMENT: 'bench',
  EVENT_BUS_NAME: 'bench',
  MESSAGE_BUCKET: 'bench',
  QUEUE_URL_BASE: 'https://sqs.us-east-1.amazonaws.com/000000000000/',
  SEAL_KEY_ID: 'none',
  STATE_MACHINE_ARN_BASE: 'arn:aws:states:us-east-1:000000000000:stateMachine:',
};

/** Cold starts of the bundled functions. */
export async function start(say: (text: string) => void): Promise<Report> {
  const { readyMs, memoryMb, aimReadyMs, aimMemoryMb, aimBundleKb } = original.start;
  const empty = await probed(undefined);
  const rows: Cell[][] = [['(no module)', null, null, null, empty.readyMs, 0, empty.cpuMs, empty.memoryMb]];
  const missed: string[] = [];
  for (const { entry, file, startBytes, allBytes } of bundles()) {
    say(entry);
    const probe = await probed(file);
    const kb = startBytes / 1000;
    rows.push([
      entry,
      kb,
      aimBundleKb,
      allBytes / 1000,
      probe.readyMs,
      probe.readyMs - empty.readyMs,
      probe.cpuMs,
      probe.memoryMb,
    ]);
    missed.push(
      ...missedAim(entry, kb, aimBundleKb, 'KB read at the start'),
      ...missedAim(entry, probe.readyMs, aimReadyMs, 'ms to ready'),
      ...missedAim(entry, probe.memoryMb, aimMemoryMb, 'MB of memory'),
    );
  }
  const notes = [
    `nova: ${readyMs} ms from start to first answer, ${memoryMb} MB a worker; aims: ${aimReadyMs} ms, ${aimMemoryMb} MB.`,
    `The middle of ${RUNS} starts, from the start of the process until the module is imported and its ports are wired.`,
    'Lambda adds fetching the code; its runtime is in the memory of the function, Node itself is in these figures.',
  ];
  return { part: 'start', missed, tables: [{ title: 'Cold start', columns: COLUMNS, rows, notes }] };
}

const COLUMNS = ['entry', 'KB read', 'aim KB', 'KB in all', 'ready ms', 'above no module', 'CPU ms', 'memory MB'];

type Probe = Record<'readyMs' | 'cpuMs' | 'memoryMb', number>;

async function probed(file: string | undefined): Promise<Probe> {
  const probes: Probe[] = [];
  for (let at = 0; at < RUNS; at++) {
    const { stdout } = await run(process.execPath, [PROBE, ...(file === undefined ? [] : [file])], {
      env: { ...process.env, ...ENVIRONMENT },
    });
    const probe: Probe = JSON.parse(stdout);
    probes.push(probe);
  }
  const middle = (name: keyof Probe): number => median(probes.map((probe) => probe[name]));
  return { readyMs: middle('readyMs'), cpuMs: middle('cpuMs'), memoryMb: middle('memoryMb') };
}
