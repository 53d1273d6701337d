import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal, KeptExecution } from '#local/runner/kept-execution';

/**
 * Keeps executions in a folder, each in a file that is replaced as a whole: a process that
 * is killed leaves no half of one.
 */
export function executionFiles(folder: string): Journal {
  mkdirSync(folder, { recursive: true });
  return {
    read: () =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .map((file): KeptExecution => JSON.parse(readFileSync(join(folder, file), 'utf8')))
        .toSorted((a, b) => a.startTime - b.startTime),
    keep: (execution) => {
      const file = join(folder, `${createHash('sha256').update(execution.executionArn).digest('hex')}.json`);
      writeFileSync(`${file}.new`, JSON.stringify(execution));
      renameSync(`${file}.new`, file);
    },
  };
}
