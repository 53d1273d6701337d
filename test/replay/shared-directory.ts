import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the recorded traffic lies: beside the repository, or where SHARED_DIR says. */
const sharedDirectory = process.env['SHARED_DIR'] ?? join(import.meta.dirname, '..', '..', '..', 'shared');

/** Where the recordings of a release of Nova lie: 26.2.2 and 34.0.0. */
export type Corpus = 'corpus' | 'corpus-34';

/** The path of a file of the corpus. */
export function corpusFile(name: string, corpus: Corpus = 'corpus'): string {
  return join(sharedDirectory, corpus, name);
}

/** True when the file is there: a plain clone has no corpus. */
export function hasCorpus(name: string, corpus: Corpus = 'corpus'): boolean {
  return existsSync(corpusFile(name, corpus));
}
