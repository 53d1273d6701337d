import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { targetAt } from '#cli/deployment/deployment-target';
import { localFile, readLocalFile, type LocalWorld } from '#cli/deployment/local-file';
import { localPlace } from '#cli/deployment/place';
import { run, type Ran } from '../cli/local-deployment.ts';

const PATIENCE = { timeout: 90_000, interval: 50 };

/** A world in a process of its own, as `npm run local` starts it. */
export interface SpawnedWorld {
  readonly process: ChildProcess;
  /** Where it is, as it wrote it down. */
  readonly reached: LocalWorld;
  /** Runs a command line at it; `request` is what every `--file` holds. */
  conductor(line: string, request?: string): Promise<Ran>;
  /** Ends it at once, and waits until it has gone. */
  kill(): Promise<void>;
}

/** Runs the file behind `npm run local` in a folder, by a shell before it where one is given. */
export const spawnLocal = (cwd: string, args: readonly string[], through: readonly string[] = []): ChildProcess => {
  const [program = '', ...rest] = [...through, process.execPath, resolve('local/local.ts'), ...args];
  return spawn(program, rest, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
};

/** Starts a world and waits until it is up. */
export async function startLocal(
  cwd: string,
  args: readonly string[],
  through: readonly string[] = [],
): Promise<SpawnedWorld> {
  const started = spawnLocal(cwd, args, through);
  let out = '';
  started.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  started.stderr?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  await expect.poll(() => (started.exitCode === null ? out : `ended: ${out}`), PATIENCE).toContain('A conductor is up');
  const name = args[args.indexOf('--name') + 1];
  const reached = readLocalFile(join(cwd, localFile(args.includes('--name') ? name : undefined)));
  if (reached === undefined) throw new Error('the world wrote down no place');
  return {
    process: started,
    reached,
    conductor: (line, request = '') =>
      run(line, { target: async () => targetAt(localPlace(reached), true), readFile: async () => request }),
    kill: async () => {
      const ended = once(started, 'exit');
      started.kill('SIGKILL');
      await ended;
    },
  };
}

/** Which of a world's endpoints somebody still listens at. */
async function listening({ dynamodb, sqs, control }: LocalWorld): Promise<string[]> {
  const found = await Promise.all([dynamodb, sqs, control].map(async (each) => ((await answers(each)) ? [each] : [])));
  return found.flat();
}

/** Waits until nobody listens at any of a world's endpoints. */
export async function untilSilent(world: LocalWorld): Promise<void> {
  await expect.poll(() => listening(world), PATIENCE).toEqual([]);
}

/** Whether anybody listens at an address. */
export function answers(endpoint: string): Promise<boolean> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((settle) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => {
      socket.destroy();
      settle(true);
    });
    socket.once('error', () => settle(false));
  });
}
