import type { Json, JsonMap } from '#ports/json';
import { canonicalTime } from '#objects/versioned/timestamp';
import { methodName, type RecordedCase, type RecordedReply } from './recorded-case.ts';
import { isMap, mapOf } from './recorded-file.ts';
import { isClockTime, text, time } from './row-values.ts';
import { SqlState, type Change, type Dump, type Row } from './sql-state.ts';

/** A request that is replayed on its databases, or one of which none were recorded: that one can only be answered. */
export type Recorded =
  | { readonly kind: 'case'; readonly name: string; readonly recorded: RecordedCase }
  | {
      readonly kind: 'unstored';
      readonly name: string;
      readonly message: JsonMap;
      readonly reply: RecordedReply | undefined;
    };

const BASE = new Set([
  'object_action',
  'object_class_action_versions',
  'object_backport_versions',
  'ping',
  'provider_fw_rule_get_all',
]);

/** Databases that come into question for one request. */
const MOST_STATES = 4;

/** Replaced parts that object calls run through. */
const STUBBED_RECORDS = /^(nova\.)?(objects|db)\./;

/** The requests of one scenario to the conductor's base namespace, in the order in which they were answered. */
export function casesOf(lines: readonly JsonMap[], stubs: readonly string[]): Recorded[] {
  const stub = stubs.find((name) => STUBBED_RECORDS.test(name));
  const cells = cellsOfHosts(lines);
  const start = startOf(lines);
  const replies = new Map(lines.filter(({ kind }) => kind === 'reply').map((line) => [line['id'], line]));
  const requests = new Map(lines.filter(isBaseRequest).map((line) => [line['id'], line]));
  const events = Map.groupBy(
    lines.filter(({ kind }) => kind === 'notification'),
    (line) => line['in_reply_to'],
  );
  const orders = new Map(
    lines
      .filter(({ kind, from }) => kind === 'request' && text(from).startsWith('conductor:'))
      .map((line) => [line['id'] ?? null, text(mapOf(line['message'])['method'])]),
  );
  const open = new Map(requests);
  /** Databases when a request was sent, and the requests that were open while a change was booked on another one. */
  const sent = new Map<Json, SqlState | undefined>();
  const entangled = new Set<Json>();
  const found: Recorded[] = [];
  let state: SqlState | undefined;
  /** Cases whose databases may hold what is only booked later, on a request that is still open. */
  let unsettled: SqlState[][] = [];
  const finish = (line: JsonMap, change: Change, overlapping: boolean): void => {
    const id = line['id'] ?? null;
    const overlapped = overlapping || (entangled.has(id) && Object.keys(change).length === 0);
    const before = [...new Set(overlapped ? [state, sent.get(id)] : [state])].filter((each) => each !== undefined);
    if (overlapped) unsettled.push(before);
    const request = mapOf(line['message']);
    const called = { method: text(request['method']), args: mapOf(request['args']) };
    const name = `${text(mapOf(line['target'])['namespace']) || 'base'}.${methodName(called)}`;
    const reply = replies.get(line['id'] ?? null);
    if (before.length === 0) {
      found.push({ kind: 'unstored', name, message: request, reply: reply && replyOf(reply) });
      return;
    }
    found.push({
      kind: 'case',
      name,
      recorded: {
        ...called,
        test: text(line['test']),
        id: text(line['id']),
        from: text(line['from']),
        serving: orders.get(line['in_reply_to'] ?? null),
        namespace: text(mapOf(line['target'])['namespace']) || null,
        version: text(request['version']),
        context: contextOf(request),
        before,
        change,
        overlapped,
        replaced: stub,
        isReplaced: stubs.some((part) => part.endsWith(`.${calledPart(called.args)}`)),
        reply: reply === undefined ? undefined : replyOf(reply),
        events: (events.get(line['id']) ?? []).map(({ message }) => mapOf(message)),
        sentAt: start + Number(line['t']) * 1000,
        answeredAt: start + Number((reply ?? line)['t']) * 1000,
        cell: cells.get(text(line['from']).replace(/^compute:/, '')) ?? 'cell1',
      },
    });
  };
  for (const line of lines) {
    if (requests.has(line['id'] ?? null) && line['kind'] === 'request') sent.set(line['id'] ?? null, state);
    if (line['kind'] === 'db_state') state = SqlState.of(dumpOf(line['state']));
    if (line['kind'] === 'db_change') {
      const request = open.get(line['by'] ?? null);
      const change = changeOf(line['changes']);
      for (const id of Array.isArray(line['overlaps']) ? line['overlaps'] : []) entangled.add(id);
      for (const id of open.keys()) if (sent.has(id ?? null) && id !== line['by']) entangled.add(id ?? null);
      if (request !== undefined) {
        open.delete(line['by'] ?? null);
        finish(request, change, line['overlaps'] !== undefined);
      }
      state = state?.after(change);
      if (state !== undefined) for (const before of unsettled) before.push(state);
      unsettled = unsettled.filter((before) => before.length < MOST_STATES);
    }
    if (line['kind'] === 'reply') {
      const request = open.get(line['id'] ?? null);
      if (request !== undefined) {
        open.delete(line['id'] ?? null);
        finish(request, {}, false);
      }
    }
  }
  for (const request of open.values()) finish(request, {}, false);
  return found;
}

/** The method that a request calls, as a scenario names the parts that it replaces. */
const calledPart = ({ objinst, objname, objmethod }: JsonMap): string =>
  `${text(mapOf(objinst)['nova_object.name'] ?? objname)}.${text(objmethod)}`;

function isBaseRequest(line: JsonMap): boolean {
  return (
    line['kind'] === 'request' &&
    mapOf(line['target'])['topic'] === 'conductor' &&
    BASE.has(text(mapOf(line['message'])['method']))
  );
}

export function contextOf(message: JsonMap): JsonMap {
  const prefix = '_context_';
  const entries = Object.entries(message).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}

export function replyOf(line: JsonMap): RecordedReply {
  const { result = null, failure = null } = mapOf(line['message']);
  const parsed: Json = typeof failure === 'string' ? JSON.parse(failure) : failure;
  return { result, failure: isMap(parsed) ? parsed : null };
}

/** Where each host's compute service is recorded, at any time of the scenario. */
function cellsOfHosts(lines: readonly JsonMap[]): Map<string, string> {
  const cells = new Map<string, string>();
  const note = (database: string, rows: Json | undefined): void => {
    for (const row of Array.isArray(rows) ? rows.map(mapOf) : []) {
      if (row['binary'] === 'nova-compute') cells.set(text(row['host']), database);
    }
  };
  for (const line of lines) {
    for (const [database, tables] of Object.entries(mapOf(line['state']))) note(database, mapOf(tables)['services']);
    for (const [database, tables] of Object.entries(mapOf(line['changes']))) {
      note(database, mapOf(mapOf(tables)['services'])['insert']);
    }
  }
  return cells;
}

/** Epoch milliseconds at which the scenario began, from the first time that a request wrote. */
function startOf(lines: readonly JsonMap[]): number {
  for (const line of lines) {
    if (line['kind'] !== 'db_change') continue;
    const times = [...JSON.stringify(line['changes']).matchAll(/"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)"/g)]
      .map(([, found]) => found ?? '')
      .filter(isClockTime)
      .map((found) => Date.parse(canonicalTime(text(time(found))) ?? ''));
    if (times.length > 0) return Math.max(...times) - Number(line['t']) * 1000;
  }
  return 0;
}

/** Tables by database, as a dump or a change holds them. */
function byTable<T>(value: Json | undefined, read: (table: Json) => T): Record<string, Record<string, T>> {
  return Object.fromEntries(
    Object.entries(mapOf(value)).map(([database, tables]) => [
      database,
      Object.fromEntries(Object.entries(mapOf(tables)).map(([table, content]) => [table, read(content)])),
    ]),
  );
}

const rowsOf = (value: Json | undefined): Row[] => (Array.isArray(value) ? value.filter(isMap) : []);

export const dumpOf = (value: Json | undefined): Dump => byTable(value, rowsOf);

export const changeOf = (value: Json | undefined): Change =>
  byTable(value, (table) => {
    const change = mapOf(table);
    const updates = rowsOf(change['update']).map((update) => ({
      key: mapOf(update['key']),
      old: mapOf(update['old']),
      new: mapOf(update['new']),
    }));
    return { insert: rowsOf(change['insert']), delete: rowsOf(change['delete']), update: updates };
  });
