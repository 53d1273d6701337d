import { withEvents } from '../fixtures/with-events.ts';
import type { Item } from '#ports/tables';
import { CELLS, type BuildWorld } from '../fixtures/build-world.ts';

/** How one server ended, as its user and an operator see it. */
export interface Outcome {
  readonly cell: string;
  readonly states: readonly unknown[];
  readonly host: unknown;
  /** `[type, status, source, destination]` of each migration. */
  readonly migrations: readonly (readonly unknown[])[];
  /** `[event, result]` of each action event. */
  readonly events: readonly (readonly unknown[])[];
  /** `[code, message]` of each fault. */
  readonly faults: readonly (readonly unknown[])[];
}

/** How every server of a world ended: without ids and times, which differ between two plays of one story. */
export const outcomesOf = (world: BuildWorld): Outcome[] =>
  world.look(() =>
    ['cell0', ...CELLS.map(({ name }) => name)].flatMap((cell) => {
      const items = world.items(`cell-${cell}`);
      return sorted(items.filter(({ sk }) => sk === 'instance').map((item) => outcomeOf(cell, item, items)));
    }),
  );

function outcomeOf(cell: string, item: Item, items: readonly Item[]): Outcome {
  const beside = (prefix: string, ...names: string[]) =>
    sorted(
      withEvents(items.filter(({ pk }) => pk === item.pk))
        .filter(({ sk }) => sk.startsWith(prefix))
        .map((each) => names.map((name) => each[name] ?? null)),
    );
  return {
    cell,
    states: ['vm_state', 'task_state', 'deleted'].map((name) => item[name] ?? null),
    host: item['host'] ?? null,
    migrations: beside('migration#', 'migration_type', 'status', 'source_compute', 'dest_compute'),
    events: beside('event#', 'event', 'result'),
    faults: beside('fault#', 'code', 'message'),
  };
}

const sorted = <T>(list: readonly T[]): T[] =>
  list.toSorted((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other)));
