import type { MemoryTables } from '#adapters/memory/tables';
import { text } from '../row-values.ts';
import type { Row } from '../sql-state.ts';
import type { RecordedTask } from './recorded-task.ts';

/** Records for which a conductor makes up uuids: the beginning of our sort key, and Nova's table. */
const NAMED: readonly (readonly [string, string])[] = [
  ['block-device#', 'block_device_mapping'],
  ['migration#', 'migrations'],
];

/**
 * From the uuids that we made up to Nova's: new records of a server are paired in the order in which they were made.
 */
export function aliasesOf({ before, steps }: RecordedTask, tables: MemoryTables): Map<string, string> {
  const items = Object.values(tables.dump()).flat();
  const changes = steps.flatMap((step) => (step.kind === 'db' ? Object.values(step.change) : []));
  const pairs = NAMED.flatMap(([prefix, table]) => {
    const rows = before.databases.flatMap((name) => before.rows(name, table));
    const known = new Set(rows.map(({ uuid }) => uuid));
    const ours = items.filter(({ sk, uuid = null }) => sk.startsWith(prefix) && !known.has(uuid));
    const byServer = Map.groupBy(ours.toSorted(byId), (item) => text(item['instance_uuid']));
    const theirs = changes
      .flatMap((change) => change[table]?.insert ?? [])
      .filter(({ uuid = null }) => !known.has(uuid));
    return theirs.toSorted(byId).flatMap((row): [string, string][] => {
      const [own] = byServer.get(text(row['instance_uuid']))?.splice(0, 1) ?? [];
      return own === undefined ? [] : [[text(own['uuid']), text(row['uuid'])]];
    });
  });
  return new Map(pairs);
}

const byId = (one: Row, other: Row): number => Number(one['id']) - Number(other['id']);
