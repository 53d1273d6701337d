import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { registry } from '#objects/registry';
import { argumentSchemas, clientSchemas } from '../../scripts/argument-schemas.ts';

const FOLDER = new URL('../../docs/schemas/', import.meta.url);

it('the schemas in docs/schemas are what npm run schemas writes, one for each method', () => {
  const written = readdirSync(FOLDER).map((file): [string, string] => [
    file,
    readFileSync(new URL(file, FOLDER), 'utf8'),
  ]);

  expect(Object.fromEntries(written), 'run npm run schemas').toEqual(Object.fromEntries(argumentSchemas()));
});

it('the schemas that the client checks by are the same', () => {
  const written = readFileSync(new URL('../../client/argument-schemas.json', import.meta.url), 'utf8');

  expect(written === clientSchemas(), 'run npm run schemas').toBe(true);
});

it('every reference leads to an object', () => {
  const text = clientSchemas();
  const names = [...text.matchAll(/"\$ref":"objects\.json#\/\$defs\/(\w+)"/gu)].map(([, name]) => name ?? '');

  expect(names.filter((name) => !registry.has(name))).toEqual([]);
  expect(names).not.toEqual([]);
});

it.each([...argumentSchemas()].filter(([file]) => file !== 'objects.json'))(
  '%s takes no mark of the conductor and no amount that nobody can have',
  (file, text) => {
    const hints = /"propertyNames": \{\s*"pattern": "([^"]+)"/u.exec(text)?.[1] ?? 'none';
    const takes = (name: string): boolean => new RegExp(hints, 'u').test(name);

    expect([takes('group'), takes('_nova_anything')]).toEqual([true, false]);
    expect(takes('_nova_check_type')).toBe(file === 'rebuild-instance.json');
    expect(text).toMatch(/"vcpus": \{\s*"minimum": 0,\s*"maximum": 2147483647/u);
  },
);
