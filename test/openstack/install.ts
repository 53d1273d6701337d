import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, CONSTRAINTS, isFinished, pinnedServices } from './cache.ts';
import { answers, CommandFailed, run } from '#local/nova-compute/command';

/** Services that are installed, or the one line that says why they are not. */
export type Installed = { readonly venv: string } | { readonly skipped: string };

/** An installation that takes longer than this is one that was killed. */
const LOCK_MS = 30 * 60_000;

/** Installs the pinned services once, by uv where it is there, else by pip. */
export async function installServices(): Promise<Installed> {
  const folder = cacheFolder();
  const venv = join(folder, 'venv');
  if (isFinished(folder)) return { venv };
  const python = ['python3.11', 'python3'].find((name) =>
    answers(name, '-c', 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'),
  );
  if (python === undefined)
    return { skipped: 'Python 3.11, which the pinned services were tried with, is not installed' };
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'lock');
  if (!taken(lock)) return { skipped: `another run is installing the services (${lock})` };
  try {
    await installInto(venv, python);
    writeFileSync(join(folder, 'finished'), '');
    return { venv };
  } catch (error) {
    rmSync(venv, { recursive: true, force: true });
    if (!(error instanceof CommandFailed)) throw error;
    return { skipped: `the services could not be installed from Python’s index: ${lastLineOf(error.message)}` };
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Takes the lock, or that of a run that must have been killed. */
function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const age = Date.now() - statSync(lock).mtimeMs;
    return age > LOCK_MS;
  }
}

async function installInto(venv: string, python: string): Promise<void> {
  const wanted = ['-c', CONSTRAINTS, ...pinnedServices()];
  if (answers('uv', '--version')) {
    await run('uv', ['venv', '--quiet', '--clear', '--python', python, venv]);
    await run('uv', ['pip', 'install', '--quiet', '--python', join(venv, 'bin', 'python'), ...wanted]);
  } else {
    await run(python, ['-m', 'venv', '--clear', venv]);
    await run(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', ...wanted]);
  }
}

/** What a command said last, where something was said. */
const lastLineOf = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '')
    ?.slice(0, 200) ?? '';
