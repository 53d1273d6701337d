import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '#local/emulation/loopback-server';
import { run } from './command.ts';

/** Version of the emulator that known-gaps.ts was written against. */
const MINISTACK_VERSION = '1.5.33';

const CACHE = fileURLToPath(new URL(`../../.cache/ministack-${MINISTACK_VERSION}/`, import.meta.url));

/** A running emulator. */
export interface Emulator {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** The emulator cannot be had on this machine. */
export class EmulatorMissing extends Error {
  override readonly name = 'EmulatorMissing' as const;
}

/**
 * Installs the emulator from Python's package index into a folder of its own, unless it is there.
 *
 * @throws EmulatorMissing with what has to be installed
 */
export async function installMinistack(): Promise<void> {
  if (existsSync(join(CACHE, 'bin', 'ministack'))) return;
  mkdirSync(CACHE, { recursive: true });
  const venv = await run('python3', ['-m', 'venv', CACHE]);
  if (venv.status !== 0)
    throw new EmulatorMissing('Python 3.10 or newer with venv is missing, and AWS_ENDPOINT_URL is not set');
  const quietly = ['--quiet', '--disable-pip-version-check'];
  const pip = await run(join(CACHE, 'bin', 'pip'), ['install', ...quietly, `ministack==${MINISTACK_VERSION}`]);
  const said = pip.tail.split('\n').at(-1) ?? '';
  if (pip.status !== 0) throw new EmulatorMissing(`pip cannot install ministack==${MINISTACK_VERSION}: ${said}`);
}

/**
 * Starts the emulator on a free port of the loopback interface.
 *
 * Its functions run on the first `node` of PATH, so PATH is that of the npm script: Node 24.
 *
 * @throws EmulatorMissing when it does not answer within a minute
 */
export async function startMinistack(): Promise<Emulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(CACHE, 'ministack.log');
  const log = openSync(logFile, 'w');
  const child = spawn(join(CACHE, 'bin', 'ministack'), [], {
    cwd: CACHE,
    stdio: ['ignore', log, log],
    env: {
      ...inherited(),
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      AWS_ENDPOINT_URL: endpoint,
      // Neither is needed, and both would open further ports.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      PYTHONUNBUFFERED: '1',
    },
  });
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (child.exitCode !== null) break;
    if (await answers(endpoint)) return { endpoint, stop: () => stop(child) };
    await sleep(200);
  }
  await stop(child);
  throw new EmulatorMissing(`ministack does not answer on ${endpoint}: ${readFileSync(logFile, 'utf8').slice(-500)}`);
}

/** Functions inherit the emulator's environment: nothing of the developer's may reach them. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TMPDIR'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(`${endpoint}/_ministack/health`);
    return response.ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => {
    child.once('exit', () => {
      done();
    });
  });
  child.kill('SIGTERM');
  await Promise.race([gone, sleep(10_000)]);
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await gone;
  }
}
