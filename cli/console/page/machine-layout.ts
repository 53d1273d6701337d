import type { StateNode } from './answers.ts';

/** Where a state is drawn: rows from above, columns from the left. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/**
 * Places of the states of a machine: each lies one row below the first state that leads to it. States that follow on
 * success come before those that only caught errors lead to, which stand on the right of their rows.
 */
export function layout(states: readonly StateNode[]): ReadonlyMap<string, Place> {
  const byName = new Map(states.map((state) => [state.name, state]));
  const rows = new Map<string, number>();
  const walk = (from: readonly string[], then: (state: StateNode) => readonly string[]): void => {
    const queue = [...from];
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const state = byName.get(name);
      if (state === undefined) continue;
      for (const next of then(state)) {
        if (rows.has(next) || !byName.has(next)) continue;
        rows.set(next, (rows.get(name) ?? 0) + 1);
        queue.push(next);
      }
    }
  };
  const [start] = states;
  if (start === undefined) return new Map();
  rows.set(start.name, 0);
  walk([start.name], ({ next }) => next);
  walk([...rows.keys()], ({ next, caught }) => [...next, ...caught]);
  // Whatever nothing leads to still has a place.
  const last = Math.max(...rows.values());
  for (const { name } of states) if (!rows.has(name)) rows.set(name, last + 1);
  const used = new Map<number, number>();
  return new Map(
    [...rows].map(([name, row]) => {
      const column = used.get(row) ?? 0;
      used.set(row, column + 1);
      return [name, { row, column }];
    }),
  );
}
