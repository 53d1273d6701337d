import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, CommandFailed, run } from './command.ts';
import { PINS, type Release } from './releases.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** The driver, as it stands in this repository. */
const DRIVER = join(REPOSITORY, 'agent', 'oslo-messaging-sqs');

/** Where it is installed: beside the environments, which other checkouts use too, each with a driver of its own. */
export const DRIVER_FOLDER = join(REPOSITORY, '.cache', 'oslo-messaging-sqs');

const root = join(homedir(), '.cache', 'serverless-conductor', 'nova-compute');

/** Where an environment is kept between runs; other pins are kept elsewhere. */
export const environmentFolder = (name: Release): string =>
  join(root, `${name}-${createHash('sha256').update(PINS[name].join(' ')).digest('hex').slice(0, 8)}`);

/** What cannot be done, in one line, or nothing when all environments are there. */
export async function install(names: readonly Release[]): Promise<string | undefined> {
  const python = ['python3.11', 'python3'].find((name) =>
    answers(name, '-c', 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'),
  );
  if (python === undefined) return 'Python 3.11 is missing (the releases were tried with it): install python3.11';
  mkdirSync(root, { recursive: true });
  try {
    const uv = await uvOf(python);
    for (const name of names) await installOne(uv, python, name);
    await installDriver(uv, python);
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

/** Nova, and what the driver needs. */
async function installOne(uv: string, python: string, name: Release): Promise<void> {
  const venv = environmentFolder(name);
  const finished = join(venv, 'finished');
  if (existsSync(finished)) return;
  // byte code is written once, not by three computes that start at once
  const into = ['pip', 'install', '--quiet', '--compile-bytecode', '--python', join(venv, 'bin', 'python')];
  rmSync(venv, { recursive: true, force: true });
  await run(uv, ['venv', '--quiet', '--python', python, venv]);
  await run(uv, [...into, ...PINS[name]]);
  await run(uv, [...into, '-r', join(DRIVER, 'pyproject.toml')]);
  writeFileSync(finished, '');
}

/** Installs the driver as it is now, from a copy: what a build leaves behind is not the repository's. */
async function installDriver(uv: string, python: string): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'oslo-messaging-sqs-'));
  try {
    for (const part of ['pyproject.toml', 'README.md', 'src'])
      cpSync(join(DRIVER, part), join(copy, part), { recursive: true });
    rmSync(DRIVER_FOLDER, { recursive: true, force: true });
    await run(uv, ['pip', 'install', '--quiet', '--no-deps', '--python', python, '--target', DRIVER_FOLDER, copy]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
