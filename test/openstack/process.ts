import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LONGEST_SECONDS } from '#local/nova-compute/eventually';
import type { Name } from './configuration.ts';

/** A service that runs. */
export interface RunningService {
  stop(): Promise<void>;
}

/** Where each service answers its versions, without a token. */
const READY: Readonly<Record<Exclude<Name, 'compute'>, string>> = {
  keystone: '/v3',
  placement: '/',
  glance: '/versions',
  neutron: '/',
  cinder: '/',
  cyborg: '/',
};

/** Starts one service of a world and waits until it answers. */
export async function startService(
  name: Exclude<Name, 'compute'>,
  { folder, venv, port }: { readonly folder: string; readonly venv: string; readonly port: number },
): Promise<RunningService> {
  const output = openSync(join(folder, `${name}.out`), 'a');
  const args = [join(import.meta.dirname, 'serve.py'), name, String(port), join(folder, name)];
  const child = spawn(join(venv, 'bin', 'python'), args, { cwd: folder, stdio: ['ignore', output, output] });
  closeSync(output);
  const stop = (): Promise<void> => stopped(child);
  const until = Date.now() + LONGEST_SECONDS * 1000;
  while (Date.now() < until && child.exitCode === null) {
    const there = await fetch(`http://127.0.0.1:${port}${READY[name]}`).then(
      ({ status }) => status < 500,
      () => false,
    );
    if (there) return { stop };
    await pause(200);
  }
  await stop();
  throw new Error(
    `${name} did not start:\n${endOf(join(folder, `${name}.out`))}\n${endOf(join(folder, `${name}.log`))}`,
  );
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await closed;
  clearTimeout(late);
}

const endOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8').slice(-3000) : '');
