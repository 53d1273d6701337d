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
