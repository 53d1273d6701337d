import { describe, expect, it } from 'vitest';
import { KNOWN_GAPS } from '../localstack/known-gaps.ts';
import { sourceFiles } from './source-tree.ts';

const TITLE = /\b(?:it|test)(?:\.\w+)*\(\s*(['"`])(.+?)\1,/gu;
const EACH_TITLE = /\]\)\(\s*(['"`])(.+?)\1,/gu;
const texts = new Map(sourceFiles().map(({ path, text }) => [path, text]));

/** The titles of the tests of a file, those of tables with their placeholders. */
const titlesIn = (text: string): string[] =>
  [TITLE, EACH_TITLE].flatMap((pattern) => [...text.matchAll(pattern)].map(([, , title = '']) => title));

describe('H141 a known gap of the emulator', () => {
  it('is named by titles of tests, one by one or of a table', () => {
    const text = `
      it('has one title', () => {});
      it.runIf(here)('is not read', () => {});
      it.each([['a', 1]])("has %s of a table", (name) => {});
    `;

    expect(titlesIn(text)).toEqual(['has one title', 'has %s of a table']);
  });

  it.each(Object.entries(KNOWN_GAPS))('%s is covered by a test that there is', (_name, { coveredBy }) => {
    expect(titlesIn(texts.get(coveredBy.file) ?? '')).toContain(coveredBy.title);
  });

  it('has a test of its name that waits for it, or says why there is none', () => {
    const waits = Object.entries(KNOWN_GAPS).filter(([, gap]) => !gap.waits.startsWith('none: '));

    expect(waits.map(([, gap]) => gap.waits)).toEqual(waits.map(([name]) => `still has the gap ${name}`));
    const titles = titlesIn(texts.get('test/localstack/emulator.test.ts') ?? '');
    expect(new Set(titles.filter((title) => title.startsWith('still has the gap ')))).toEqual(
      new Set(waits.map(([, gap]) => gap.waits)),
    );
  });
});
