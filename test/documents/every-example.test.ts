import { existsSync } from 'node:fs';
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

  it('is run by a file that is there', () => {
    const files = [...HOW_TESTED.values()]
      .flat()
      .flatMap(([, way]) => ('runs' in way ? [way.runs] : 'reads' in way ? [way.reads] : []));

    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});
