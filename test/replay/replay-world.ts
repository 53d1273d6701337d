import { withEvents } from '../fixtures/with-events.ts';
import { MemoryTables } from '#adapters/memory/tables';
import type { Clock } from '#ports/clock';
import { DEFAULTS } from '#ports/configuration';
import type { RequestContext } from '#ports/context';
import type { Json } from '#ports/json';
import type { Item, TableName } from '#ports/tables';
import { BlockCounter } from '#records/block-counter';
import { API, cellTable, counterKey, MAPPINGS } from '#records/keys';
import type { Records } from '#records/method';
import { atWork, speakerOf } from './speaker.ts';
import type { NotificationEvent } from '#records/notify';
import { itemsOf } from './load-items.ts';
import { NOW } from './row-values.ts';
import type { RecordedCase } from './recorded-case.ts';
import type { SqlState } from './sql-state.ts';
import { plainText } from '#wire/reading';

/** Our clock runs this far ahead of the recording, so that a time of ours differs from a recorded one. */
const AHEAD_MS = 1000 * 86_400_000;

/** Sort keys of items that Nova has no rows for: counters, and the names of nodes that are kept for one uuid. */
const OURS_ALONE: ReadonlySet<string> = new Set(['counter', 'node-name']);

/** Our counters, and the recorded tables whose ids they give. */
const COUNTERS: Readonly<Record<string, string>> = {
  instances: 'instances',
  services: 'services',
  compute_nodes: 'compute_nodes',
  block_device_mapping: 'block_device_mapping',
  instance_actions: 'instance_actions',
  instance_actions_events: 'instance_actions_events',
  instance_faults: 'instance_faults',
  migrations: 'migrations',
  pci_devices: 'pci_devices',
  share_mapping: 'share_mapping',
  virtual_interfaces: 'virtual_interfaces',
};

/** Fresh tables that hold what the recorded databases held, and what a method works with on them. */
export interface ReplayWorld {
  readonly tables: MemoryTables;
  readonly records: Records;
  /** What the method wants published. */
  readonly events: readonly NotificationEvent[];
  /** Our present, as records write it. */
  readonly now: string;
}

/** A world for one request: ids and uuids come out as Nova gave them. */
export async function worldOf(recorded: RecordedCase, before: SqlState): Promise<ReplayWorld> {
  const tables = new MemoryTables();
  const speaker = speakerOf(recorded);
  for (const [table, items] of itemsOf(before)) {
    for (const item of items) await tables.put(table, speaker === undefined ? item : atWork(item, items, speaker));
  }
  await setCounters(tables, recorded, before);
  const at = Math.floor((recorded.sentAt + AHEAD_MS) / 1000) * 1000;
  const clock: Clock = { now: () => at, timer: () => () => undefined };
  const uuids = givenUuids(recorded);
  const events: NotificationEvent[] = [];
  const records: Records = {
    tables,
    clock,
    ids: { uuid: () => uuids.shift() ?? crypto.randomUUID() },
    counter: new BlockCounter({ blockSize: 1 }),
    context: contextOf(recorded),
    cell: { name: recorded.cell, uuid: recorded.cell },
    ...(speaker === undefined ? {} : { hosts: speaker.hosts }),
    notices: { config: DEFAULTS, add: (event) => events.push(event) },
  };
  return { tables, records, events, now: `${new Date(at).toISOString().slice(0, 19)}Z` };
}

function contextOf(recorded: RecordedCase): RequestContext {
  const { context } = recorded;
  const text = (name: string): string | null => {
    const value = context[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    ...context,
    request_id: text('request_id') ?? '',
    user_id: text('user_id'),
    project_id: text('project_id'),
    is_admin: context['is_admin'] === true,
    read_deleted: text('read_deleted') ?? 'no',
    timestamp: text('timestamp') ?? '',
  };
}

/** The next id of a table is the one that Nova gave in this request, else one above all that are there. */
async function setCounters(tables: MemoryTables, recorded: RecordedCase, before: SqlState): Promise<void> {
  const database = recorded.cell;
  const set = async (table: TableName, name: string, from: string, sql: string): Promise<void> => {
    const given = (recorded.change[from]?.[sql]?.insert ?? []).map((row) => Number(row['id']));
    const taken = before.rows(from, sql).map((row) => Number(row['id']));
    const last = given.length > 0 ? Math.min(...given) - 1 : Math.max(0, ...taken);
    await tables.put(table, { ...counterKey(name), taken: last });
  };
  for (const [name, sql] of Object.entries(COUNTERS)) {
    await set(cellTable(database), name, database, sql);
  }
  await set(MAPPINGS, 'instance_mappings', 'api', 'instance_mappings');
  await set(API, 'instance_groups', 'api', 'instance_groups');
}

/** The uuids that Nova made up: those of new rows that the request did not name. */
function givenUuids(recorded: RecordedCase): string[] {
  const request = JSON.stringify(recorded.args);
  return Object.values(recorded.change)
    .flatMap((tables) => Object.values(tables))
    .flatMap((change) => (change.insert ?? []).map((row) => row['uuid']))
    .filter((uuid): uuid is string => typeof uuid === 'string' && !request.includes(uuid));
}

/** Replaces our present by `now`. */
export function withNow<T extends Json | Record<string, Json>>(value: T, now: string): T {
  const text = JSON.stringify(value);
  const replaced: T = text.includes(now) ? JSON.parse(text.replaceAll(now, NOW)) : value;
  return replaced;
}

/** What is left in the tables, by table and key, as it is compared: no bookkeeping, no nulls. */
export function comparable(
  tables: ReadonlyMap<TableName, readonly Item[]>,
  now: string | undefined,
): Map<string, Record<string, Json>> {
  const found = new Map<string, Record<string, Json>>();
  for (const [table, items] of tables) {
    for (const item of withEvents(items)) {
      if (OURS_ALONE.has(item.sk)) continue;
      const kept = Object.entries(item).filter(
        ([name, value]) => value !== null && !name.startsWith('op:') && name !== 'pk' && name !== 'sk',
      );
      const attributes: Record<string, Json> = Object.fromEntries(kept);
      found.set(
        `${table} ${item.pk} ${comparableSort(item)}`,
        now === undefined ? attributes : withNow(attributes, now),
      );
    }
  }
  return found;
}

/** A fault's key is its message's, which a row does not hold; its id stands for it. */
const comparableSort = (item: Item): string =>
  item.sk.startsWith('fault#') ? `fault#${plainText(item['id'])}` : item.sk;
