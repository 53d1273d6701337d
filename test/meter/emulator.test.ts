import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TableUse } from '#adapters/memory/table-use';
import { tableSchemas } from '#local/emulation/table-schema';
import type { Tables } from '#ports/tables';
import { BuildWorld, CELLS } from '../fixtures/build-world.ts';
import { watchingAll } from '../fixtures/watching.ts';
import { emulatedCapacity, type Answered, type EmulatedCapacity } from './emulated-capacity.ts';
import { unitsOfChange, unitsOfRead } from './units.ts';

const CELL_NAMES = CELLS.map(({ name }) => name);
const INDEXES = new Map(tableSchemas(CELL_NAMES).map(({ table, indexes }) => [table, indexes]));

/** A call of the port, and what it used in memory. */
interface Made {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly uses: readonly TableUse[];
  readonly refused: boolean;
}

/** What the meter says of a request, in the form in which the emulator answers. */
function metered(use: TableUse): Answered[] {
  if (use.kind === 'read') {
    const units = unitsOfRead(use, INDEXES.get(use.table) ?? []);
    return use.index === undefined
      ? [{ name: use.table, table: units, indexes: {} }]
      : [{ name: use.table, table: 0, indexes: { [use.index]: units } }];
  }
  const times = use.operation === 'TransactWriteItems' ? 2 : 1;
  const tables = new Map<string, { table: number; indexes: Record<string, number> }>();
  for (const change of use.changes) {
    const sum = tables.get(change.table) ?? { table: 0, indexes: {} };
    const units = unitsOfChange(change, INDEXES.get(change.table) ?? [], times);
    sum.table += units.table;
    for (const { index, units: more } of units.indexes) sum.indexes[index] = (sum.indexes[index] ?? 0) + more;
    tables.set(change.table, sum);
  }
  return [...tables].map(([name, units]) => ({ name, ...units }));
}

/** Builds a server and counts every call that is made of the tables, from the boot on. */
async function calls(): Promise<Made[]> {
  const made: Made[] = [];
  let uses: TableUse[] = [];
  const noting = (tables: Tables): Tables =>
    watchingAll(tables, async (method, args, run) => {
      // The tables in memory have done their work when they answer a promise.
      const running = run();
      const used = uses;
      uses = [];
      const call = { method, args: structuredClone(args), uses: used };
      try {
        const answer = await running;
        made.push({ ...call, refused: false });
        return answer;
      } catch (error) {
        made.push({ ...call, refused: true });
        throw error;
      }
    });
  const hosts = [{ host: 'host1', cell: 'cell1', heartbeatSeconds: 10 }];
  const world = await BuildWorld.boot({ hosts, tables: noting, onUse: (use) => uses.push(use) });
  await world.build();
  await world.build(world.request(2));
  return made;
}

describe('units that are counted in memory', () => {
  let emulated: EmulatedCapacity;
  beforeAll(async () => {
    emulated = await emulatedCapacity(CELL_NAMES);
  });
  afterAll(() => emulated.stop());

  test('are those that the emulator answers to every call that the functions make', { timeout: 120_000 }, async () => {
    const made = await calls();

    const differing: unknown[] = [];
    for (const { method, args, uses, refused } of made) {
      const repeat: unknown = Reflect.get(emulated.tables, method);
      if (typeof repeat !== 'function') throw new Error(`the tables have no ${method}`);
      await Promise.resolve(Reflect.apply(repeat, emulated.tables, args)).catch(() => undefined);
      const billed = sorted(emulated.take());
      const counted = sorted(uses.flatMap(metered));
      // A refused write takes units too, but the emulator reports none with its error.
      if (!refused && JSON.stringify(billed) !== JSON.stringify(counted))
        differing.push({ method, args, counted, billed });
    }

    expect(made.length).toBeGreaterThan(100);
    expect(differing).toEqual([]);
  });
});

const sorted = (answers: readonly Answered[]) =>
  answers
    .map(({ indexes, ...rest }) => ({ ...rest, indexes: Object.fromEntries(Object.entries(indexes).toSorted(byName)) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));

const byName = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);
