import { expect, it } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { Expressions } from '#local/runner/expressions';
import { loadDefinition } from '#local/runner/load-definition';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';

it.each(STATE_MACHINES)('%s lies within the subset that the runner runs', (workflow) => {
  const expressions = new Expressions({ clock: new VirtualClock(), random: () => 0 });

  const { graph } = loadDefinition(definitionOf(workflow), expressions);

  expect([...graph.states.keys()]).toContain(graph.startAt);
});
