import type { SourceFile } from './source-tree.ts';

const ROW = /^\| ([A-Z][A-Z0-9]*-\d\d) \|/gmu;
const ID = /[A-Z][A-Z0-9]*-\d\d/gu;
/** A text that begins with ids, as titles of tests and their tables do: `'RES-25 and RES-26 …'`, `'BUILD-13'`. */
const CITING = /['"`](?:[A-Z][A-Z0-9]*-\d\d\b(?:,? and |,? )?)+/gu;
/** Ids in brackets behind what a title says: `[LIVE-03, quirk Q11]`. */
const BRACKETED = /\[[A-Z][A-Z0-9]*-\d\d\b[^\]'"`\n]*\]/gu;
/** Ids in round brackets at the end of a title: `(XCELL-01, XCELL-02)`. */
const AT_END = /\((?:[A-Z][A-Z0-9]*-\d\d\b(?:,? and |,? )?)+[^()'"`\n]*\)['"`]/gu;

/** The ids of the rows of a catalogue, in its order. */
export const rowsOf = (catalogue: string): string[] => [...catalogue.matchAll(ROW)].flatMap(([, id]) => id ?? []);

/**
 * The ids that titles in these files begin with or have in brackets; house rules and fixtures have no titles of rows.
 */
export function citedRows(files: readonly Pick<SourceFile, 'path' | 'text'>[]): ReadonlySet<string> {
  const tests = files.filter(({ path }) => /^test\/(?!house\/|fixtures\/)/u.test(path));
  return new Set(
    tests.flatMap(({ text }) =>
      [CITING, BRACKETED, AT_END]
        .flatMap((form) => [...text.matchAll(form)])
        .flatMap(([titles]) => [...titles.matchAll(ID)].flat()),
    ),
  );
}
