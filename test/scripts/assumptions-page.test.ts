import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ASSUMPTIONS } from '#cli/verify/assumptions';
import { assumptionsPage } from '../../scripts/assumptions-page.ts';

const ROOT = new URL('../../', import.meta.url);

describe('docs/aws-assumptions.md', () => {
  it('is what npm run assumptions writes', () => {
    const page = fileURLToPath(new URL('docs/aws-assumptions.md', ROOT));

    expect(readFileSync(page, 'utf8')).toBe(assumptionsPage());
  });

  it.each(ASSUMPTIONS.map(({ id, restsOn }) => [id, restsOn] as const))(
    'names files that are there for %s',
    (_, restsOn) => {
      expect(restsOn.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
      expect(restsOn.length).toBeGreaterThan(0);
    },
  );

  it('has each assumption once', () => {
    expect(new Set(ASSUMPTIONS.map(({ id }) => id)).size).toBe(ASSUMPTIONS.length);
  });
});
