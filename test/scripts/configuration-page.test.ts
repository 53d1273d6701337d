import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { aboutOf } from '#configuration/about';
import { CONTEXT } from '#configuration/context';
import { ADDRESSES, CELL } from '#configuration/options';
import { CONTEXT_TEXTS } from '#configuration/texts';
import { configurationPage } from '../../scripts/configuration-page.ts';

describe('docs/configuration.md', () => {
  it('is what npm run configuration writes', () => {
    const page = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url));

    expect(readFileSync(page, 'utf8')).toBe(configurationPage());
  });

  it.each(Object.entries(CONTEXT_TEXTS))('has %s with what it decides and what reads it', (key, { readBy, says }) => {
    expect(configurationPage()).toMatch(new RegExp(`^\\| \`${key}\` \\|.*\\| ${readBy} \\|$`, 'mu'));
    expect(configurationPage()).toContain(`- \`${key}\`: ${says}`);
  });

  it('has every key of the context', () => {
    expect(Object.keys(CONTEXT_TEXTS)).toEqual(Object.keys(CONTEXT.entries));
  });

  it('has every variable that functions are given', () => {
    for (const schema of [...Object.values(ADDRESSES.entries), ...Object.values(CELL.entries)]) {
      expect(configurationPage()).toContain(`| \`${aboutOf(schema).environment ?? 'no variable'}\` |`);
    }
  });
});
