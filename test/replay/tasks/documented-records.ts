import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonMap } from '#ports/json';
import { fieldsOf, mapOf, plainText, textsOf } from '#wire/reading';
import { note } from '../normalise.ts';
import { hasKey, type Change, type Row, type RowUpdate, type SqlState, type TableChange } from '../sql-state.ts';
import { copyAsRecorded, isKeptAction, isPointerById } from './documented-copies.ts';
import { isMove, storedAfterMove, withoutLostClaim, type Side } from './documented-moves.ts';
import { withoutImageIds } from './documented-sent.ts';
import { deletedMeanwhile, isWindow } from './documented-effects.ts';
import { edited, without, type Edit } from './edit-json.ts';
import type { RecordedTask } from './recorded-task.ts';

/*
 * Documented differences of records; each is a row of docs/parity.md under the name that is noted here.
 */

/** Attributes by table and key. */
export type Items = ReadonlyMap<string, JsonMap>;

/** Tables of hosts, which hosts write. */
const OF_HOSTS = new Set(['compute_nodes', 'services']);

/**
 * What the request itself changed of what is booked on it. `heartbeats`: services of the test's process report their
 * state at any time, and the scenario's end deletes them; no task writes of hosts. `bystanders`: rows of servers that
 * the request does not name belong to other requests, and so do actions of another request and their events.
 */
export function ownChange(recorded: RecordedTask, before: SqlState, change: Change): Change {
  const message = JSON.stringify(recorded.message);
  return mapTables(change, (database, table, rows) => {
    const known = (key: Row): Row => before.rows(database, table).find((row) => hasKey(row, key)) ?? {};
    const isOwn = (row: Row): boolean => {
      if (OF_HOSTS.has(table)) return isOfHost();
      const server = table === 'instances' ? row['uuid'] : row['instance_uuid'];
      const named = typeof server !== 'string' || message.includes(server);
      if (named && isOfRequest(recorded, before.rows(database, 'instance_actions'), table, row)) return true;
      note('bystanders');
      return false;
    };
    return {
      insert: (rows.insert ?? []).filter((row) => isOwn(row)),
      delete: (rows.delete ?? []).filter((row) => isOwn(row)),
      update: (rows.update ?? [])
        .filter(({ key, new: row }) => isOwn({ ...known(key), ...row }))
        .map((update) => (table === 'instances' ? withoutSaved(recorded, update) : update)),
    };
  });
}

/**
 * `writes of others`: what an Instance.save says that was open while the request was served is not the request's doing.
 */
function withoutSaved({ savedByOthers }: RecordedTask, update: RowUpdate): RowUpdate {
  const saves = savedByOthers.filter((saved) => fieldsOf(saved)['uuid'] === update.key['uuid']);
  const isSaved = ([column, value]: [string, Json]): boolean =>
    saves.some((saved) => {
      const dirty = textsOf(saved['nova_object.changes']).includes(column);
      return dirty && isDeepStrictEqual(fieldsOf(saved)[column] ?? null, value);
    });
  const left = Object.entries(update.new).filter((entry) => !isSaved(entry));
  if (left.length === Object.keys(update.new).length) return update;
  note('writes of others');
  const isStamp = left.every(([column]) => column === 'updated_at');
  return { ...update, new: isStamp ? {} : Object.fromEntries(left) };
}

/** Whether a row of an action or an event is of the request's own action; other rows are of no action. */
function isOfRequest({ message }: RecordedTask, actions: readonly Row[], table: string, row: Row): boolean {
  const id = { instance_actions: row['id'], instance_actions_events: row['action_id'] }[table];
  const action = actions.find((each) => each['id'] === id);
  return action === undefined || action['request_id'] === message['_context_request_id'];
}

function isOfHost(): boolean {
  note('heartbeats');
  return false;
}

function mapTables(change: Change, map: (database: string, table: string, rows: TableChange) => TableChange): Change {
  return Object.fromEntries(
    Object.entries(change).map(([database, tables]) => [
      database,
      Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, map(database, table, rows)])),
    ]),
  );
}

/** The records of one side as they are compared. */
export function itemsAsRecorded(recorded: RecordedTask, side: Side, items: Items): Items {
  const numbered = isWindow(recorded);
  return new Map(
    [...items]
      .filter(([key]) => !isPointerById(recorded, key))
      .map(([key, item]) => {
        const shown = copyAsRecorded(recorded, side, key, afterMove(recorded, side, key, comparable(side, key, item)));
        return numbered ? [keyWithoutIds(key, shown), withoutIds(shown)] : [key, shown];
      }),
  );
}

function comparable(side: Side, key: string, item: JsonMap): JsonMap {
  const edits: Edit[] = [withoutImageIds, withoutMarks, withPresence];
  let compared = item;
  for (const edit of edits) compared = mapOf(edited(compared, edit));
  return side === 'ours' ? withoutLookup(key, withoutHost(key, compared)) : withoutHost(key, compared);
}

/**
 * `lookups beside hosts`: a step that sets the state of a server does not know its host, by which it is found as well.
 */
function withoutLookup(key: string, item: JsonMap): JsonMap {
  const isFound = typeof item['host'] === 'string' && item['lookup'] === item['vm_state'];
  if (!key.endsWith(' instance') || !isFound) return item;
  note('lookups beside hosts');
  return without(item, ['lookup']);
}

function afterMove(recorded: RecordedTask, side: Side, key: string, item: JsonMap): JsonMap {
  if (!isMove(recorded)) return item;
  return key.endsWith(' request-spec') ? storedAfterMove(recorded, side, item) : withoutLostClaim(recorded, side, item);
}

/** `host of an event`: a test's services are one process, whose configuration names another host each time. */
function withoutHost(key: string, item: JsonMap): JsonMap {
  if (!/ event#/.test(key) || item['host'] === undefined) return item;
  note('host of an event');
  return without(item, ['host']);
}

/** `generated ids`: a server that is deleted while it is scheduled gets an id and numbers with us, none with Nova. */
const withoutIds = (item: JsonMap): JsonMap => withoutServerIds(without(item, ['id', 'lookup', 'lookup_sort']));

const withoutServerIds = (item: JsonMap): JsonMap =>
  item['source_type'] === undefined ? without(item, ['ec2_ids']) : without(item, ['uuid']);

const keyWithoutIds = (key: string, item: JsonMap): string =>
  key.replace(/ block-device#.*$/, ` block-device ${plainText(item['boot_index'])} ${plainText(item['guest_format'])}`);

/** `marks in stored documents`: what Nova stores of a flavor may keep its dirty fields; reading drops them. */
const withoutMarks: Edit = (map) => {
  if (map['nova_object.changes'] === undefined) return map;
  note('marks in stored documents');
  return without(map, ['nova_object.changes']);
};

/** `tracebacks`: that there is one is compared, its text is Python's. */
const withPresence: Edit = (map) =>
  Object.fromEntries(
    Object.entries(map).map(([name, value]) => {
      const isTraceback = typeof value === 'string' && /^(Traceback|  File |NoneType: None)/.test(value);
      if (isTraceback) note('tracebacks');
      return [name, isTraceback ? 'a traceback' : value];
    }),
  );

/**
 * `second fault`: a rebuild that finds no host leaves two faults of the same error, as in 2018 (nova.conductor.manager
 * `rebuild_instance`).
 */
function isSecondFault({ method, steps }: RecordedTask, key: string): boolean {
  const faults = steps.flatMap((step) =>
    step.kind === 'db' ? Object.values(step.change).flatMap((tables) => tables['instance_faults']?.insert ?? []) : [],
  );
  if (method !== 'rebuild_instance' || !/ fault#/.test(key) || faults.length !== 1) return false;
  note('second fault');
  return true;
}

/**
 * Records that are compared no further. `mended leftovers`: of a server that its user deleted during scheduling Nova
 * leaves mapping, spec and deleted rows (quirks Q14, Q16, Q19); ours leaves nothing.
 */
export function isLeftover(
  recorded: RecordedTask,
  key: string,
  theirs: Json | undefined,
  ours: Json | undefined,
): boolean {
  if (theirs === undefined && isSecondFault(recorded, key)) return true;
  if (isKeptAction(recorded, key, theirs)) return true;
  if (ours !== undefined || !isWindow(recorded)) return false;
  const left = deletedMeanwhile(recorded).some((uuid) => key.includes(`instance#${uuid} `));
  if (left) note('mended leftovers');
  return left;
}
