import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { registry } from '#objects/registry';
import { fingerprint } from './fingerprint.ts';

const FILE = join(import.meta.dirname, 'fingerprints.json');

describe('the fingerprint of every object', () => {
  // A difference here means that peers would read the object otherwise: raise its version, add a line to its history
  // and what lowers it, and only then write the new fingerprint into fingerprints.json.
  test('is the recorded one: a changed field or method needs a new version', () => {
    const recorded: unknown = JSON.parse(readFileSync(FILE, 'utf8'));

    const found = Object.fromEntries([...registry].map(([name, type]) => [name, fingerprint(type)]));

    expect(found, 'write the fingerprint of a new type or version into test/objects/fingerprints.json').toEqual(
      recorded,
    );
  });
});
