import { afterEach, beforeEach } from 'vitest';
import { explanation, noteFailure, saidBefore, type SaidBefore } from './failures.ts';
import type { NovaCell } from './nova-cell.ts';

/** Boots a cell for a suite, and has a failure explained that no test of it sees. */
export async function booted(release: string, boot: () => Promise<void>): Promise<void> {
  try {
    await boot();
  } catch (error) {
    noteFailure(`${release}: is booted`, error instanceof Error ? error.message : String(error), []);
    throw error;
  }
}

/** Has each test of a suite explained that fails; what it had ordered is not the next one's trouble. */
export function explainFailures(release: string, at: () => NovaCell): void {
  let before: SaidBefore;

  beforeEach(() => {
    before = saidBefore(at());
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      const why = task.result.errors?.map(({ message, diff = '' }) => `${message}\n${diff}`).join('\n') ?? '';
      noteFailure(`${release}: ${task.name}`, why, await explanation(at(), before));
    }
    await at().recover();
  });
}
