import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { definitionOf, STATE_MACHINES } from '../../statemachines/definitions.ts';

it.each(STATE_MACHINES)('the typed data of %s produce its definition', (workflow) => {
  const file = new URL(`../../statemachines/${workflow}.asl.json`, import.meta.url);

  const produced: unknown = JSON.parse(definitionOf(workflow));

  expect(produced).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
