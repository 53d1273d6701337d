import { isDeepStrictEqual } from 'node:util';
import type { MemoryTables } from '#adapters/memory/tables';
import type { Item } from '#ports/tables';
import { itemsOf } from '../load-items.ts';
import type { SqlState } from '../sql-state.ts';

/** Changes in our tables what changed between two recorded states, and leaves alone what we wrote ourselves. */
export async function moveTables(tables: MemoryTables, before: SqlState, after: SqlState): Promise<void> {
  const [left, right] = [itemsOf(before), itemsOf(after)];
  for (const table of new Set([...left.keys(), ...right.keys()])) {
    const known = new Map((left.get(table) ?? []).map((item) => [keyOf(item), item]));
    const wanted = new Map((right.get(table) ?? []).map((item) => [keyOf(item), item]));
    for (const [key, { pk, sk }] of known) if (!wanted.has(key)) await tables.delete(table, { pk, sk });
    for (const [key, item] of wanted) {
      const changed = Object.entries(item).filter(([name, value]) => !isDeepStrictEqual(value, known.get(key)?.[name]));
      if (changed.length === 0) continue;
      const stored = await tables.get(table, { pk: item.pk, sk: item.sk });
      await tables.put(table, { ...item, ...stored, ...Object.fromEntries(changed) });
    }
  }
}

const keyOf = ({ pk, sk }: Item): string => `${pk}\n${sk}`;
