import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';

const textsIn = (folder: string, end: string): string[] => {
  const url = new URL(`../../${folder}/`, import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith(end))
    .map((file) => readFileSync(new URL(file, url), 'utf8'));
};

test('what a port throws when the same call may be tried again is named by every machine that tries again', () => {
  const machines = STATE_MACHINES.map(definitionOf);
  const promises = textsIn('functions/ports', '.ts').flatMap((text) => [
    ...text.matchAll(/@throws (?<names>[\w ]+?) when[^.\n]*tried again/gu),
  ]);

  const names = new Set(promises.flatMap(({ groups }) => groups?.['names']?.split(' or ') ?? []));

  expect(names.size).toBeGreaterThan(3);
  expect(machines.length).toBeGreaterThan(5);
  expect([...names].filter((name) => !machines.every((machine) => machine.includes(`"${name}"`)))).toEqual([]);
});
