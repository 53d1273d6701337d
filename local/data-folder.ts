import { readFileSync, rmSync, writeFileSync } from 'node:fs';
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
