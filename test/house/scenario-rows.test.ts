import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { citedRows, rowsOf } from './scenario-rows.ts';
import { sourceFiles } from './source-tree.ts';

const shared = process.env['SHARED_DIR'] ?? join(import.meta.dirname, '../../../shared');
const catalogue = join(shared, 'spec/scenarios.md');
const today = join(shared, 'spec/scenarios-today.md');

describe('H140 rows of the acceptance catalogue', () => {
  it('are cited where the title of a test begins with their id, or has it in brackets, one or several', () => {
    const text = `
      // NET-01 a comment cites nothing
      test('NET-02 NET-03 a title', () => {});
      it.each(['EVT-01', 'EVT-02'])("%s, see NET-04", () => {});
      test(\`RES-25 and RES-26 the claim\`, () => {});
      test('a title with ids behind [CTX-01, CTX-02], unlike CTX-03', () => {});
      test('a title that ends with ids (XCELL-01 and XCELL-02)', () => {}); // unlike (UTF-16)
    `;

    expect(citedRows([{ path: 'test/rpc/a.test.ts', text }])).toEqual(
      new Set(['NET-02', 'NET-03', 'EVT-01', 'EVT-02', 'RES-25', 'RES-26', 'CTX-01', 'CTX-02', 'XCELL-01', 'XCELL-02']),
    );
    expect(citedRows([{ path: 'test/house/a.test.ts', text }])).toEqual(new Set());
  });

  it('are read from its tables', () => {
    expect(rowsOf('| id | context |\n|---|---|\n| NET-01 | One. |\n| NET-02 | Two, like NET-03. |')).toEqual([
      'NET-01',
      'NET-02',
    ]);
  });

  it.runIf(existsSync(catalogue)).each([
    [catalogue, 385],
    [today, 222],
  ])('have a test each: %s, %i', (path, count) => {
    const cited = citedRows(sourceFiles());
    const rows = rowsOf(readFileSync(path, 'utf8'));

    expect(rows).toHaveLength(count);
    expect(rows.filter((row) => !cited.has(row))).toEqual([]);
  });

  it.runIf(existsSync(catalogue))('are cited by ids that there are, in it or in that of today’s releases', () => {
    const texts = [catalogue, today].filter((path) => existsSync(path)).map((path) => readFileSync(path, 'utf8'));
    const rows = new Set(texts.flatMap(rowsOf));

    expect([...citedRows(sourceFiles())].filter((id) => !rows.has(id))).toEqual([]);
  });
});
