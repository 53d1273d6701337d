import { existsSync } from 'node:fs';
import type { HouseRule, SourceFile } from './source-tree.ts';

const VAGUE = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'types', 'misc', 'shared']);
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/u;
/** Files that stand for a folder: what publishers import, and the register of errors. */
const FACES = new Set(['client/index.ts', 'functions/errors/index.ts']);

function linesOf(file: SourceFile, pattern: RegExp): readonly string[] {
  return file.text
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1} ${line.trim()}`] : []));
}

/** Documents that a file's comments name and that are not in the repository, or in its docs. */
function missingDocuments({ path, text }: SourceFile): readonly string[] {
  // The house rules themselves quote what they forbid.
  if (path.startsWith('test/house/')) return [];
  const comments = text.match(/\/\*.*?\*\/|(?<=^|\s)\/\/[^\n]*/gsu) ?? [];
  return comments
    .flatMap((comment) => comment.match(/(?<![\w./<-])[\w./-]+\.md\b|\bsections? \d[\d.]*/gu) ?? [])
    .filter(
      (named) => !['', 'docs/'].some((folder) => existsSync(new URL(`../../${folder}${named}`, import.meta.url))),
    );
}

/** The house rules themselves quote what they forbid. */
const isTest = (file: SourceFile) => file.path.startsWith('test/') && !file.path.startsWith('test/house/');

/** Rules about one file at a time. */
export const FILE_HABITS: readonly HouseRule[] = [
  {
    id: 'H122',
    says: 'no file only re-exports others',
    violations: (file) => {
      const statements = file.text.replaceAll(/\/\*.*?\*\/|\/\/.*$/gmsu, '').trim();
      const rest = statements
        .replaceAll(/export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^;]*?from\s+['"][^'"]+['"];?/gu, '')
        .trim();
      return statements !== '' && rest === '' && !FACES.has(file.path) ? [`${file.path} has nothing of its own`] : [];
    },
  },
  {
    id: 'H123',
    says: 'tests hand doubles in: they mock no module',
    violations: (file) => (isTest(file) ? linesOf(file, /\bvi\.(?:mock|doMock|hoisted)\(/u) : []),
  },
  {
    id: 'H126',
    says: 'an error says its name itself: state machines match by it, and bundles shorten the names of classes',
    violations: (file) => {
      // The base of Nova's errors leaves the name to each of them.
      if (!file.path.startsWith('functions/') || file.path === 'functions/errors/nova-error.ts') return [];
      const nameless = /class (\w+) extends (?:Nova)?Error\b[^{]*\{(?![^}]*\bname\b)/gu;
      return [...file.text.matchAll(nameless)].map((match) => `${file.path}: give ${match[1]} a literal name`);
    },
  },
  {
    id: 'H127',
    says: 'a step names what it answers, and no state is an open map: a misspelt field does not compile',
    violations: (file) => {
      if (!file.path.startsWith('functions/workflows/')) return [];
      return linesOf(file, /(?:State|Migrating)\b.* extends JsonMap|\[\w+: string\]:|^export const \w+: Step</u);
    },
  },
  {
    id: 'H124',
    says: 'tests run on a virtual clock: only those against a deployed app or services of others wait',
    violations: (file) => {
      if (!isTest(file) || /^test\/(?:localstack|nova-compute|openstack)\//u.test(file.path)) return [];
      return linesOf(file, /from 'node:timers\/promises'|new Promise\(\(?\w+\)? => setTimeout\(/u);
    },
  },
  {
    id: 'H128',
    says: 'a comment names documents of the repository alone: its reader has no other',
    violations: (file) => missingDocuments(file).map((named) => `${file.path}: there is no ${named}`),
  },
];

/** Rules about names, which hold for definitions and documents too. */
export const NAME_HABITS: readonly { id: string; says: string; violation(path: string): string | undefined }[] = [
  {
    id: 'H121',
    says: 'names are kebab-case, apart from documents that are known in capitals and modules of Python, which has no such names',
    violation: (path) => {
      const bad = path.split('/').find((part) => !KEBAB.test(part) && !/^(?:[A-Z]+\.md|[a-z\d_]+\.py)$/u.test(part));
      return bad === undefined ? undefined : `${path}: rename ${bad}`;
    },
  },
  {
    id: 'H125',
    says: 'a file is named after the thing in it',
    violation: (path) => {
      const bad = path.split('/').find((part) => VAGUE.has(part.replace(/\..*$/u, '')));
      return bad === undefined ? undefined : `${path}: ${bad} says nothing`;
    },
  },
];
