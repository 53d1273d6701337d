import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { missingFrom } from './document-paths.ts';

const ROOT = new URL('../../', import.meta.url);

describe('a document', () => {
  it.each(['see `functions/rpc/no-such-file.ts`', 'run `npm run no-such-script`', '(test/no-such-folder/)'])(
    'that names what is not there is found: %s',
    (text) => {
      expect(missingFrom('docs/page.md', text)).toHaveLength(1);
    },
  );

  it.each([
    'see `functions/wiring.ts`',
    'run `npm run asl`',
    '`functions/workflows/<workflow>/steps.ts`',
    '`lib/*.ts`',
  ])('may say %s', (text) => {
    expect(missingFrom('docs/page.md', text)).toEqual([]);
  });

  it('names files and npm scripts that are there', () => {
    const documents = globSync(['*.md', 'docs/**/*.md', 'test/**/*.md'], { cwd: ROOT });

    const missing = documents.flatMap((path) => missingFrom(path, readFileSync(new URL(path, ROOT), 'utf8')));

    expect(documents.length).toBeGreaterThan(30);
    expect(missing).toEqual([]);
  });
});
