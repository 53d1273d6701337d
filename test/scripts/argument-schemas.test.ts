import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { argumentSchemas } from '../../scripts/argument-schemas.ts';

const FOLDER = new URL('../../docs/schemas/', import.meta.url);

it('the schemas in docs/schemas are what npm run schemas writes, one for each method', () => {
  const written = readdirSync(FOLDER).map((file): [string, string] => [
    file,
    readFileSync(new URL(file, FOLDER), 'utf8'),
  ]);

  expect(Object.fromEntries(written), 'run npm run schemas').toEqual(Object.fromEntries(argumentSchemas()));
});

it.each([...argumentSchemas()])(
  '%s takes no mark of the conductor and no amount that nobody can have',
  (file, text) => {
    const hints = /"propertyNames": \{\s*"pattern": "([^"]+)"/u.exec(text)?.[1] ?? 'none';
    const takes = (name: string): boolean => new RegExp(hints, 'u').test(name);

    expect([takes('group'), takes('_nova_anything')]).toEqual([true, false]);
    expect(takes('_nova_check_type')).toBe(file === 'rebuild-instance.json');
    expect(text).toMatch(/"vcpus": \{\s*"minimum": 0,\s*"maximum": 2147483647/u);
  },
);
