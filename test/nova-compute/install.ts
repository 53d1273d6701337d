import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { answers, CommandFailed, run } from '../openstack/command.ts';
import { PINS, type Environment } from './releases.ts';

/** The driver, as it stands in this repository. */
const DRIVER = join(import.meta.dirname, '..', '..', 'agent', 'oslo-messaging-sqs');

const root = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'serverless-conductor', 'nova-compute');

/** Where an environment is kept between runs; other pins are kept elsewhere. */
export const environmentFolder = (name: Environment): string =>
  join(root, `${name}-${createHash('sha256').update(PINS[name].join(' ')).digest('hex').slice(0, 8)}`);

/** What cannot be done, in one line, or nothing when all environments are there. */
export async function install(names: readonly Environment[]): Promise<string | undefined> {
  const python = ['python3.11', 'python3'].find((name) =>
    answers(name, '-c', 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'),
  );
  if (python === undefined) return 'Python 3.11, which the pinned releases were tried with, is not installed';
  mkdirSync(root, { recursive: true });
  try {
    const uv = await uvOf(python);
    for (const name of names) await installOne(uv, python, name);
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    const said = error.message.split('\n').findLast((line) => line.trim() !== '') ?? '';
    return `nova could not be installed from Python’s index: ${said.slice(0, 200)}`;
  }
}

/** uv resolves the pins in seconds, for which pip takes minutes. */
async function uvOf(python: string): Promise<string> {
  if (answers('uv', '--version')) return 'uv';
  const venv = join(root, 'uv');
  const uv = join(venv, 'bin', 'uv');
  if (!existsSync(uv)) {
    await run(python, ['-m', 'venv', '--clear', venv]);
    await run(join(venv, 'bin', 'pip'), ['install', '--quiet', 'uv']);
  }
  return uv;
}

/** The driver is installed again when what it declares has changed: its code is read where it lies. */
async function installOne(uv: string, python: string, name: Environment): Promise<void> {
  const venv = environmentFolder(name);
  const finished = join(venv, 'finished');
  const wanted = name === 'placement' ? '' : readFileSync(join(DRIVER, 'pyproject.toml'), 'utf8') + DRIVER;
  if (existsSync(finished) && readFileSync(finished, 'utf8') === wanted) return;
  // byte code is written once, not by three computes that start at once
  const into = ['pip', 'install', '--quiet', '--compile-bytecode', '--python', join(venv, 'bin', 'python')];
  if (!existsSync(finished)) {
    rmSync(venv, { recursive: true, force: true });
    await run(uv, ['venv', '--quiet', '--python', python, venv]);
    await run(uv, [...into, ...PINS[name]]);
  }
  if (name !== 'placement') await run(uv, [...into, '--editable', DRIVER]);
  writeFileSync(finished, wanted);
}
