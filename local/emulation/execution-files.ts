import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '#ports/log';
import type { Journal, KeptExecution } from '#local/runner/kept-execution';
import { ServiceError } from '#local/runner/service-error';

/**
 * Keeps executions in a folder, each in a file that is replaced as a whole: a process that
 * is killed leaves no half of one.
 *
 * Where the disk is full, a new execution is refused for now, so that whoever asks for it asks again. One that is kept
 * already goes on, and is written when there is space: a process that ends before goes on with what was written last.
 *
 * @param later calls back after a moment
 */
export function executionFiles(
  folder: string,
  { later, log }: { readonly later: (callback: () => void) => void; readonly log: Log },
): Journal {
  mkdirSync(folder, { recursive: true });
  const waiting = new Map<string, string>();
  let isTrying = false;
  const tryAgain = (): void => {
    try {
      for (const [file, text] of waiting) {
        write(file, text);
        waiting.delete(file);
      }
      isTrying = false;
      log.info('executions are kept again', { folder });
    } catch {
      later(tryAgain);
    }
  };
  return {
    read: () =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .map((file): KeptExecution => JSON.parse(readFileSync(join(folder, file), 'utf8')))
        .toSorted((a, b) => a.startTime - b.startTime),
    keep: (execution) => {
      const file = join(folder, `${createHash('sha256').update(execution.executionArn).digest('hex')}.json`);
      const text = JSON.stringify(execution);
      try {
        write(file, text);
        waiting.delete(file);
      } catch (error) {
        const trouble = error instanceof Error ? error.message : String(error);
        if (!existsSync(file)) throw new ServiceError('ServiceUnavailable', `no execution can be kept: ${trouble}`);
        waiting.set(file, text);
        if (isTrying) return;
        isTrying = true;
        log.error('executions cannot be kept: make room, and they will be', { folder, trouble });
        later(tryAgain);
      }
    },
  };
}

/** Replaces a file as a whole. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
