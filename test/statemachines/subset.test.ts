import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { Expressions } from '#local/runner/expressions';
import { loadDefinition } from '#local/runner/load-definition';

const FOLDER = join(import.meta.dirname, '..', '..', 'statemachines');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.asl.json'));

it.each(files)('%s lies within the subset that the runner runs', (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const expressions = new Expressions({ clock: new VirtualClock(), random: () => 0 });

  const { graph } = loadDefinition(text, expressions);

  expect([...graph.states.keys()]).toContain(graph.startAt);
});
