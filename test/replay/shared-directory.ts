import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the recorded traffic lies: beside the repository, or where SHARED_DIR says. */
const sharedDirectory = process.env['SHARED_DIR'] ?? join(import.meta.dirname, '..', '..', '..', 'shared');

/** The path of a file of the corpus. */
export function corpusFile(name: string): string {
  return join(sharedDirectory, 'corpus', name);
}

/** True when the file is there: a plain clone has no corpus. */
export function hasCorpus(name: string): boolean {
  return existsSync(corpusFile(name));
}
