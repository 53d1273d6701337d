import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A block of a document that is set off as an example. */
export interface Example {
  /** Path of the document. */
  readonly file: string;
  readonly language: string;
  readonly text: string;
  /** Its first line, by which it is found. */
  readonly first: string;
}

/** The documents that people read. */
export const DOCUMENTS: readonly string[] = globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md'], {
  cwd: ROOT,
}).toSorted();

/** The examples of a text, in order; those within a list are indented. */
export const examplesIn = (file: string, text: string): Example[] =>
  [...text.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gmsu)].map(([, indent = '', language = '', body = '']) => {
    const lines = body.split('\n').map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    return { file, language, text: lines.join('\n'), first: lines[0] ?? '' };
  });

export const examplesOf = (file: string): Example[] => examplesIn(file, readFileSync(`${ROOT}${file}`, 'utf8'));

/** The one example of a document that begins so. @throws Error when there is none, or more */
export function exampleOf(file: string, first: string): Example {
  const [found, ...others] = examplesOf(file).filter((example) => example.first.startsWith(first));
  if (found === undefined || others.length > 0) throw new Error(`${file}: not one example begins with ${first}`);
  return found;
}

/** What is called `conductor` in a line, without its remark and where its output goes. */
const commandOf = (line: string): string =>
  line
    .trim()
    .replace(/^\$ /u, '')
    .replace(/^npm run --silent conductor -- /u, 'conductor ')
    .replaceAll(/\s+/gu, ' ')
    .replace(/ #.*$/u, '')
    .replace(/ [|>] .*$/u, '');

/** Command lines in the examples of a document and in its code spans; prose may also speak of `conductor` alone. */
export function commandsIn(file: string): string[] {
  const text = readFileSync(`${ROOT}${file}`, 'utf8');
  const spans = [...text.replaceAll(/^```.*?^```$/gmsu, '').matchAll(/`([^`]+)`/gu)].map(([, span = '']) => span);
  const lines = [...examplesOf(file).flatMap((example) => example.text.split('\n')), ...spans].map(commandOf);
  return [...new Set(lines)].filter((line) => line.startsWith('conductor ') && !/[<…]|--$|NOUN/u.test(line));
}
