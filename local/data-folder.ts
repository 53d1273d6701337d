import { readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writableFolder } from '#cli/deployment/local-file';
import { WrongUsage } from './local-options.ts';

/**
 * Takes a folder for this process alone, and makes it where there is none; the answer gives it back.
 *
 * @throws WrongUsage while another process has it: two that write the same files would spoil them
 */
export function claimFolder(folder: string): () => void {
  writableFolder(folder);
  const file = join(folder, 'pid');
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const owner = Number(readFileSync(file, 'utf8'));
    if (runs(owner))
      throw new WrongUsage(
        `--data ${folder}: process ${owner} has it; end that, or remove ${file} if it is no local world`,
      );
    writeFileSync(file, String(process.pid));
  }
  return () => rmSync(file, { force: true });
}

/** Whether there is a process of that id. */
function runs(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Bytes below which the emulators cannot write what they are asked to. */
const LEAST_SPACE = 2 ** 20;

/** Bytes that may still be written under a folder; none where it is gone. */
function spaceLeft(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/** Says once when the disk under a folder is full, and once when it no longer is; the answer looks. */
export function spaceWatch(folder: string, say: (line: string) => void, left = spaceLeft): () => void {
  let isFull = false;
  return () => {
    const was = isFull;
    isFull = left(folder) < LEAST_SPACE;
    if (isFull === was) return;
    say(
      isFull
        ? `error there is no room under ${folder}: requests are refused for now. Make room, and all goes on by itself`
        : `info  there is room under ${folder} again`,
    );
  };
}
