import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A file as the house rules see it: paths are relative to the root, imports are resolved to files or package names. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
  /** Those of the imports that bring types alone, which are gone at run time. */
  readonly typeImports: readonly string[];
}

/** What a rule found, in words that name the remedy. */
export interface HouseRule {
  readonly id: string;
  readonly says: string;
  violations(file: SourceFile): readonly string[];
}

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"\n]+)['"]/gu;
const TYPE_IMPORT = /^import type\b[^;'"]*?\bfrom\s*['"]([^'"\n]+)['"]/gmu;

export function sourceFile(path: string, text: string): SourceFile {
  const named = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => resolved(match[1] ?? '', path));
  return { path, text, imports: named(IMPORT), typeImports: named(TYPE_IMPORT) };
}

/** All TypeScript of the repository. */
export function sourceFiles(): readonly SourceFile[] {
  return globSync('{lib,functions,client,cli,local,statemachines,test,scripts}/**/*.ts', { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map((path) => sourceFile(path, readFileSync(join(ROOT, path), 'utf8')));
}

/** Paths of everything that is named by us: code, definitions, documents. */
export function namedPaths(): readonly string[] {
  return globSync('{lib,functions,client,cli,local,test,scripts,statemachines,docs}/**/*.*', { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !path.startsWith('test/fixtures/') && !path.includes('/__'))
    .toSorted();
}

function resolved(specifier: string, from: string): string {
  if (specifier.startsWith('.')) return posix.join(dirname(from), specifier);
  if (!specifier.startsWith('#')) return specifier;
  for (const [alias, target] of Object.entries(manifest.imports)) {
    const [head = '', tail] = alias.split('*');
    const matches = tail === undefined ? specifier === alias : specifier.startsWith(head);
    if (matches) return posix.normalize(target.replace('*', specifier.slice(head.length)));
  }
  return specifier;
}
