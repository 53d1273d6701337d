import { describe, expect, it } from 'vitest';
import { graphOf } from '#cli/inventory/drawing';
import { layout } from '#cli/console/page/machine-layout';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';

describe('the layout of a state machine', () => {
  it('places states below what leads to them, and those of caught errors behind the others', () => {
    const states = [
      { name: 'a', type: 'Task', next: ['b'], caught: ['undo'] },
      { name: 'undo', type: 'Task', next: ['failed'], caught: [] },
      { name: 'b', type: 'Choice', next: ['a', 'done'], caught: [] },
      { name: 'done', type: 'Succeed', next: [], caught: [] },
      { name: 'failed', type: 'Fail', next: [], caught: [] },
    ];

    const places = layout(states);

    expect(Object.fromEntries(places)).toEqual({
      a: { row: 0, column: 0 },
      b: { row: 1, column: 0 },
      done: { row: 2, column: 0 },
      undo: { row: 1, column: 1 },
      failed: { row: 2, column: 1 },
    });
  });

  it.each(STATE_MACHINES)('gives every state of %s a place of its own', (workflow) => {
    const states = graphOf(definitionOf(workflow));

    const places = [...layout(states).values()].map(({ row, column }) => `${row}/${column}`);

    expect(places).toHaveLength(states.length);
    expect(new Set(places).size).toBe(states.length);
    expect(places[0]).toBe('0/0');
  });

  it('of nothing is nothing', () => {
    const places = layout([]);

    expect(places.size).toBe(0);
  });
});
