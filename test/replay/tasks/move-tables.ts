import { isDeepStrictEqual } from 'node:util';
import type { MemoryTables } from '#adapters/memory/tables';
import type { JsonMap } from '#ports/json';
import type { Item, TableName } from '#ports/tables';
import { counterItem } from '#records/items/counter';
import { cellTable, counterKey } from '#records/keys';
import { itemsOf } from '../load-items.ts';
import { withoutMark, writtenByAnother } from '../row-values.ts';
import type { Change, SqlState } from '../sql-state.ts';
import { without } from './edit-json.ts';

/** Tables whose rows are numbered by a conductor. */
export const COUNTED = [
  'instances',
  'block_device_mapping',
  'instance_actions',
  'instance_actions_events',
  'instance_faults',
  'migrations',
];

/** What somebody else than the task changed in the recorded databases. */
export interface Movement {
  readonly before: SqlState;
  readonly change: Change;
  /** From the uuids that we made up to those that Nova made up for the same records. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Changes in our tables what changed in the recorded ones, and leaves alone what we wrote ourselves. */
export async function moveTables(tables: MemoryTables, { before, change, aliases }: Movement): Promise<void> {
  const [left, right] = [itemsOf(before), itemsOf(before.after(change, writtenByAnother))];
  const own = (items: readonly Item[]): readonly Item[] => withOurNames(items, aliases);
  for (const table of new Set([...left.keys(), ...right.keys()])) {
    const known = new Map(own(left.get(table) ?? []).map((item) => [keyOf(item), item]));
    const wanted = new Map(own(right.get(table) ?? []).map((item) => [keyOf(item), item]));
    for (const [key, { pk, sk }] of known) if (!wanted.has(key)) await tables.delete(table, { pk, sk });
    for (const [key, item] of wanted) {
      const was: JsonMap = known.get(key) ?? {};
      const changed = Object.entries(item).filter(([name, value]) => !isDeepStrictEqual(value, was[name]));
      const gone = Object.keys(was).filter((name) => !(name in item));
      if (changed.length + gone.length === 0) continue;
      const { pk, sk } = item;
      const stored = without({ ...(await tables.get(table, { pk, sk })) }, gone);
      await tables.put(table, withoutMark({ ...item, ...stored, ...Object.fromEntries(changed), pk, sk }));
    }
  }
}

const keyOf = ({ pk, sk }: Item): string => `${pk}\n${sk}`;

/** Items under the uuids that we made up for them. */
function withOurNames(items: readonly Item[], aliases: ReadonlyMap<string, string>): readonly Item[] {
  if (aliases.size === 0) return items;
  const text = [...aliases].reduce(
    (renamed, [ours, theirs]) => renamed.replaceAll(theirs, ours),
    JSON.stringify(items),
  );
  const named: readonly Item[] = JSON.parse(text);
  return named;
}

/** Our next ids follow those that others gave to rows meanwhile. */
export async function raiseCounters(tables: MemoryTables, change: Change): Promise<void> {
  for (const [database, rows] of Object.entries(change)) {
    if (database === 'api') continue;
    for (const name of COUNTED) {
      const given = Math.max(0, ...(rows[name]?.insert ?? []).map(({ id }) => Number(id)));
      if (given > 0) await raise(tables, cellTable(database), name, given);
    }
  }
}

async function raise(tables: MemoryTables, table: TableName, name: string, given: number): Promise<void> {
  const stored = await tables.get(table, counterKey(name));
  const taken = stored === undefined ? 0 : (counterItem(stored).taken ?? 0);
  if (given > taken) await tables.put(table, { ...counterKey(name), taken: given });
}
