import { dirname } from 'node:path';
import type { SourceFile } from './source-tree.ts';

/** A function, or a constant, at the top of a file. */
interface TopLevel {
  readonly path: string;
  readonly name: string;
  /** What it is, without its name, its comment and its layout. */
  readonly body: string;
}

const FUNCTION = /^(?:export )?(?:async )?function\*? (?<name>\w+)/u;
const CONST = /^(?:export )?const (?<name>\w+)(?<type>: [^=]+?)? = /u;

/** Constants below this length are values that happen to be equal, and functions that are nothing. */
const SHORTEST_CONST = 60;
const SHORTEST_FUNCTION = 30;

/** What stands at the top of a file; the layout is the formatter's, so a declaration ends where its brackets close. */
function topLevels({ path, text }: Pick<SourceFile, 'path' | 'text'>): TopLevel[] {
  const lines = withoutComments(text).split('\n');
  const found: TopLevel[] = [];
  const neighbours = namesFromOwnFolder(text);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const isFunction = FUNCTION.test(line);
    const name = (FUNCTION.exec(line) ?? CONST.exec(line))?.groups?.['name'];
    if (name === undefined) continue;
    const from = at;
    while (at < lines.length && !ends(lines.slice(from, at + 1), isFunction)) at++;
    const body = bodyOf(lines.slice(from, at + 1).join(' '), name);
    const beside = neighbours.filter((each) => new RegExp(`\\b${each}\\b`, 'u').test(body));
    const shortest = isFunction || body.includes('=>') ? SHORTEST_FUNCTION : SHORTEST_CONST;
    if (body.length >= shortest)
      found.push({ path, name, body: beside.length === 0 ? body : `${body} // ${dirname(path)}` });
  }
  return found;
}

/** Names that come from the own folder: in another folder the same name is another thing. */
const namesFromOwnFolder = (text: string): string[] =>
  [...text.matchAll(/import (?:type )?\{(?<names>[^}]*)\} from '\.\/[^']*'/gu)].flatMap(({ groups }) =>
    (groups?.['names'] ?? '').split(',').flatMap((each) => /(?<local>\w+)\s*$/u.exec(each)?.groups?.['local'] ?? []),
  );

/** The bodies that several top-level names share, each with these names. */
export function sharedBodies(files: readonly Pick<SourceFile, 'path' | 'text'>[]): string[] {
  const byBody = Map.groupBy(files.flatMap(topLevels), ({ body }) => body);
  return [...byBody.values()]
    .filter((same) => same.length > 1)
    .map((same) =>
      same
        .map(({ path, name }) => `${path} ${name}`)
        .toSorted()
        .join(' = '),
    )
    .toSorted();
}

const ends = (lines: readonly string[], isFunction: boolean): boolean => {
  const last = lines.at(-1) ?? '';
  return isFunction ? last === '}' || /^\S.*\}$/u.test(last) : last.endsWith(';') && depth(lines.join('\n')) === 0;
};

const depth = (text: string): number => {
  const bare = text.replaceAll(
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/(?:\\.|\[[^\]\n]*\]|[^/\\\n*])+\/[gmsuy]+/gu,
    '',
  );
  return bare.replaceAll(/[^([{]/gu, '').length - bare.replaceAll(/[^)\]}]/gu, '').length;
};

const withoutComments = (text: string): string =>
  text.replaceAll(/^\s*\/\*\*?[\s\S]*?\*\/\n/gmu, '').replaceAll(/^\s*\/\/.*\n/gmu, '');

/** A function that only returns is the same as the arrow with that value; its own name counts for nothing. */
function bodyOf(text: string, name: string): string {
  return text
    .replace(FUNCTION, '')
    .replace(CONST, '')
    .replaceAll(new RegExp(`(?<!['"])\\b${name}\\b(?!['"])`, 'gu'), '_')
    .replaceAll(/\s+/gu, ' ')
    .replace(/ \{ return (?<value>[^;{}]*); \}$/u, ' => $<value>;')
    .replaceAll(/\( /gu, '(')
    .replaceAll(/,? \)/gu, ')')
    .trim();
}
