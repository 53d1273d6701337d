import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localFile, writeLocalFile } from '#cli/deployment/local-file';
import { localDeployment, type LocalDeployment } from './local-deployment.ts';

const SCREEN = '\u001B[2J\u001B[H';
const HIDDEN_CURSOR = '\u001B[?25l';
const CTRL_C = '\u0003';
const PATIENCE = { timeout: 30_000, interval: 50 };
const WATCHING = [
  process.execPath,
  resolve('cli/conductor.ts'),
  '--profile',
  'local',
  'cell',
  'list',
  '--watch',
  '0.2',
];

/** A command that watches, in a process of its own. */
interface Watching {
  readonly process: ChildProcess;
  readonly printed: { out: string; err: string };
  /** How it ended. */
  readonly ended: Promise<unknown>;
  /** Waits until it has looked so often. */
  looked(times: number): Promise<void>;
}

describe('a command that looks again', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  let folder: string;
  beforeAll(async () => {
    local = await localDeployment();
    folder = mkdtempSync(join(tmpdir(), 'watching-'));
    const { dynamodbEndpoint: dynamodb, sqsEndpoint: sqs, queueUrlBase } = local.platform.emulators;
    const { deployment, endpoint: control } = local.target(true);
    const world = { deployment, dynamodb, sqs, queueUrlBase, control, serviceDownTime: 60 };
    writeLocalFile(world, join(folder, localFile()));
  }, 90_000);
  afterAll(async () => {
    await local.stop();
    rmSync(folder, { recursive: true });
  });

  function watching([program = '', ...args]: readonly string[]): Watching {
    const started = spawn(program, args, { cwd: folder, stdio: 'pipe' });
    const printed = { out: '', err: '' };
    started.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
    started.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
    return {
      process: started,
      printed,
      ended: once(started, 'close'),
      looked: async (times) => {
        await expect.poll(() => printed.out.split(SCREEN).length - 1, PATIENCE).toBeGreaterThanOrEqual(times);
      },
    };
  }

  it('is ended by Ctrl-C at a terminal with 130, and never took its cursor away', async () => {
    const line = WATCHING.map((word) => `'${word}'`).join(' ');
    const watched = watching(['script', '--quiet', '--return', '--command', line, '/dev/null']);

    await watched.looked(2);
    watched.process.stdin?.write(CTRL_C);

    expect(await watched.ended).toEqual([130, null]);
    expect(watched.printed.out).toContain('cell2');
    expect(watched.printed.out).not.toContain(HIDDEN_CURSOR);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is ended by %s without a complaint', async (signal) => {
    const watched = watching(WATCHING);

    await watched.looked(2);
    watched.process.kill(signal);

    expect(await watched.ended).toEqual([null, signal]);
    expect(watched.printed.err).toBe('');
  });

  it('ends by itself, done, once nobody reads what it prints', async () => {
    const watched = watching(WATCHING);

    await watched.looked(1);
    watched.process.stdout?.destroy();

    expect(await watched.ended).toEqual([0, null]);
    expect(watched.printed.err).toBe('');
  });
});
