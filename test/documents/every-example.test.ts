import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DOCUMENTS, examplesIn, examplesOf, type Example } from './examples.ts';
import { HOW_TESTED, type Way, type Ways } from './how-tested.ts';

/** How an example is tested; undefined for one that nobody has thought of. */
const wayOf = ({ first }: Pick<Example, 'first'>, ways: Ways = []): Way | undefined =>
  ways.find(([begins]) => first.startsWith(begins))?.[1];

const untested = (examples: readonly Example[], how: ReadonlyMap<string, Ways>): string[] =>
  examples
    .filter((each) => wayOf(each, how.get(each.file)) === undefined)
    .map(({ file, first }) => `${file}: ${first}`);

/** What tests read examples by. */
const READERS = /\b(?:exampleOf|examplesOf|commandsIn|readFileSync)\b/u;

/** The command of an example of `conductor`: its first words, as `dead-letter list`; undefined for other examples. */
const commandOf = (first: string): string | undefined =>
  /^(?:\$ )?(?:npm run --silent conductor -- |conductor )(?:--[\w-]+ \w+ )*([a-z][\w-]*)/u.exec(first)?.[1];

/** Whether a test has to do with an example: it reads the document that has it, or runs its command. */
function concerns(test: string, { file, first }: Pick<Example, 'file' | 'first'>): boolean {
  if (READERS.test(test) && (test.includes(`'${file}'`) || /\bDOCUMENTS\b/u.test(test))) return true;
  const command = commandOf(first);
  return command !== undefined && new RegExp(`[\`'"]${command}\\b`, 'u').test(test);
}

describe('every example of a document', () => {
  it('is run by a test, or is on the list with its reason', () => {
    expect(untested(DOCUMENTS.flatMap(examplesOf), HOW_TESTED)).toEqual([]);
  });

  it('that is added makes this red, in a list too', () => {
    const text = 'How it is done:\n\n1. So:\n   ```sh\n   conductor dance\n   ```\n\n```py\nimport this\n```\n';

    const found = untested(
      examplesIn('docs/page.md', text),
      new Map([['docs/page.md', [['conductor dances', { reason: 'x' }]]]]),
    );

    expect(found).toEqual(['docs/page.md: conductor dance', 'docs/page.md: import this']);
  });

  it('is found: nothing on the list is left over', () => {
    const listed = [...HOW_TESTED].flatMap(([file, ways]) => ways.map(([begins]) => [file, begins] as const));

    const gone = listed.filter(
      ([file, begins]) =>
        !examplesOf(file).some(
          ({ first }) => HOW_TESTED.get(file)?.find(([each]) => first.startsWith(each))?.[0] === begins,
        ),
    );

    expect(gone).toEqual([]);
  });

  it('is run, or looked at, by a test that reads it or runs its command', () => {
    const unconcerned = DOCUMENTS.flatMap(examplesOf).filter((each) => {
      const way = wayOf(each, HOW_TESTED.get(each.file));
      const test = way !== undefined && ('runs' in way ? way.runs : 'reads' in way ? way.reads : undefined);
      return typeof test === 'string' && !(existsSync(test) && concerns(readFileSync(test, 'utf8'), each));
    });

    expect(unconcerned.map(({ file, first }) => `${file}: ${first}`)).toEqual([]);
  });

  it.each([
    ["exampleOf('docs/a.md', 'dance')", 'docs/a.md', 'dance', true],
    ['DOCUMENTS.flatMap(commandsIn)', 'docs/a.md', 'dance', true],
    ["local.conductor('dance --slowly')", 'docs/a.md', 'npm run --silent conductor -- --profile local dance', true],
    ["exampleOf('docs/b.md', 'dance')", 'docs/a.md', 'dance', false],
    ["// docs/a.md says 'docs/a.md'", 'docs/a.md', 'dance', false],
    ["local.conductor('server list')", 'docs/a.md', 'conductor dance', false],
  ])('has to do with %s: %s, %s: %s', (test, file, first, isConcerned) => {
    expect(concerns(test, { file, first })).toBe(isConcerned);
  });
});
