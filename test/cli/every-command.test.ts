import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { conductorProgram, forEach } from '#cli/program';

/** Every test but those that look at the names of commands alone: this one, and what looks whether documents name one. */
const texts = globSync('test/{cli,localstack,restore}/**/*.ts')
  .filter((path) => !/(?:documents|every-command)\.test\.ts$/u.test(path))
  .map((path) => withPrefixes(readFileSync(path, 'utf8')));

/** A file may run `noun ${line}`: its lines are read with the noun before them. */
function withPrefixes(text: string): string {
  const noun = /`([\w-]+) \$\{line\}`/u.exec(text)?.[1];
  return noun === undefined ? text : text.replaceAll(/(\(|\[)(['`])/gu, `$1$2${noun} `);
}

const program = conductorProgram({
  version: '1.2.3',
  print: () => {},
  complain: () => {},
  end: () => {},
  again: async () => false,
  onInterrupt: () => () => undefined,
  target: () => Promise.reject(new Error('nothing is asked')),
  readFile: () => Promise.reject(new Error('nothing is read')),
});

/** Of every command; test/cli/program.test.ts and test/cli/formats.test.ts try them on some. */
const GENERAL: ReadonlySet<string> = new Set(['--help', '--watch', ...longOf(program)]);

function longOf({ options }: Pick<typeof program, 'options'>): string[] {
  return options.flatMap(({ long }) => (typeof long === 'string' ? [long] : []));
}

/** Every command that does something, with its own options. */
function commands(): { readonly name: string; readonly options: readonly string[] }[] {
  const found: { readonly name: string; readonly options: readonly string[] }[] = [];
  forEach(program, (command) => {
    if (command.commands.length > 0) return;
    const path = [command.name()];
    for (let at = command.parent; at !== null && at !== program; at = at.parent) path.unshift(at.name());
    found.push({ name: path.join(' '), options: longOf(command).filter((long) => !GENERAL.has(long)) });
  });
  return found;
}

describe('every command', () => {
  it.each(commands().map(({ name, options }) => [name, options] as const))(
    '%s is run by a test, with each of its options',
    (name, options) => {
      const about = texts.filter((text) => new RegExp(`[\\s'"\`]${name}(?![\\w-])`, 'u').test(text));

      const untried = options.filter((long) => !about.some((text) => new RegExp(`${long}(?![\\w-])`, 'u').test(text)));

      expect(about.length, `no test runs conductor ${name}`).toBeGreaterThan(0);
      expect(untried, `no test that runs conductor ${name} gives these`).toEqual([]);
    },
  );
});
