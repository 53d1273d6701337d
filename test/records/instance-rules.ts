import type { Json, JsonMap } from '#ports/json';

/** A stored instance as Nova's database has it: its columns, its two maps, and its networks beside it. */
export interface Row {
  readonly columns: JsonMap;
  readonly networks: Json;
}

/** An Instance that a client holds: the fields that are set, and those that are dirty. */
export interface Held {
  readonly fields: JsonMap;
  readonly dirty: ReadonlySet<string>;
  readonly networks: Json;
  readonly networksDirty: boolean;
}

/** What a save expects of the row: a value or a list; a null alone expects nothing. */
export interface Guards {
  readonly expected_vm_state?: string | null | (string | null)[];
  readonly expected_task_state?: string | null | (string | null)[];
}

/** What a call does by the rules: the row and the object afterwards, and the error that is thrown. */
export interface Ruling {
  readonly row: Row;
  readonly held: Held;
  readonly error?: { readonly name: string; readonly params?: JsonMap };
}

/** When everything happens. */
const RULES_NOW = '2026-11-22T12:00:00Z';

const done = (row: Row, held: Held): Ruling => ({ row, held });
const refused = (row: Row, held: Held, name: string, params?: JsonMap): Ruling => ({
  row,
  held,
  error: { name, ...(params === undefined ? {} : { params }) },
});

const isDeleted = ({ columns }: Row): boolean => columns['deleted'] === true;

/** The object as the row is in these fields; nothing of it is dirty. */
const asStored = (row: Row, names: readonly string[]): Held => ({
  fields: pick(row.columns, names),
  dirty: new Set(),
  networks: row.networks,
  networksDirty: false,
});

/** Instance.refresh: every set field is read again; a deleted row is not seen. */
export function refreshed(row: Row, held: Held): Ruling {
  return isDeleted(row) ? refused(row, held, 'InstanceNotFound') : done(row, asStored(row, Object.keys(held.fields)));
}

/**
 * Instance.save. Networks are saved first; then dirty columns, if the row is in an expected state; without dirty
 * columns nothing is expected and the marks stay as they are. `admin_state_reset` means nothing.
 *
 * Where Nova writes networks and row one after the other, this is one write: a save that is refused stores nothing, and
 * a row that is gone is reported before its networks (docs/parity.md).
 */
export function saved(row: Row, held: Held, guards: Guards): Ruling {
  const columns = [...held.dirty].filter((name) => name !== 'info_cache');
  if (columns.length === 0 && !held.networksDirty) return done(row, held);
  if (isDeleted(row)) return refused(row, held, 'InstanceNotFound');
  const networks = held.networksDirty ? held.networks : row.networks;
  if (columns.length === 0) return done({ ...row, networks }, { ...held, networksDirty: false });

  const uuid = row.columns['uuid'] ?? null;
  const missed = (['task_state', 'vm_state'] as const).flatMap((state) => {
    const given = guards[`expected_${state}`];
    if (given === null || given === undefined) return [];
    const expected = Array.isArray(given) ? given : [given];
    const actual = row.columns[state] ?? null;
    return expected.some((each) => each === actual) ? [] : [{ state, expected, actual }];
  });
  if (missed.length > 0) {
    const params: JsonMap = {
      instance_uuid: uuid,
      expected: Object.fromEntries(missed.map(({ state, expected }) => [state, expected])),
      actual: Object.fromEntries(missed.map(({ state, actual }) => [state, actual])),
    };
    const task = missed.find(({ state }) => state === 'task_state');
    if (task === undefined) return refused(row, held, 'InstanceUpdateConflict', params);
    const deleting = task.actual === 'deleting';
    return refused(row, held, deleting ? 'UnexpectedDeletingTaskStateError' : 'UnexpectedTaskStateError', params);
  }
  const after: Row = { columns: { ...row.columns, ...pick(held.fields, columns), updated_at: RULES_NOW }, networks };
  return done(after, asStored(after, Object.keys(after.columns)));
}

/** Instance.destroy: on the condition that no host has the row, if the object knows of none. */
export function destroyed(row: Row, held: Held): Ruling {
  if (held.fields['id'] === undefined)
    return refused(row, held, 'ObjectActionError', { action: 'destroy', reason: 'already destroyed' });
  if (isDeleted(row)) return refused(row, held, 'InstanceNotFound');
  if ((held.fields['host'] ?? null) === null && row.columns['host'] !== null)
    return refused(row, held, 'ObjectActionError', { action: 'destroy', reason: 'host changed' });
  const after: Row = { ...row, columns: { ...row.columns, deleted: true, deleted_at: RULES_NOW } };
  // The maps are not read again, and neither are the networks, whose own marks stay.
  const { metadata = {}, system_metadata = {} } = held.fields;
  const fields = { ...after.columns, metadata, system_metadata };
  return done(after, { ...held, fields, dirty: new Set() });
}

/**
 * What a client that called is given to take over (nova.conductor.manager `object_action`): what differs from the
 * object it sent.
 */
export function updatesOf(sent: Held, after: Held): JsonMap {
  const text = (held: Held, name: string): string => JSON.stringify(sorted(held.fields[name] ?? null));
  const differ = Object.keys(after.fields).filter(
    (name) => sent.fields[name] === undefined || text(after, name) !== text(sent, name),
  );
  const dirty = [...after.dirty, ...(after.networksDirty ? ['info_cache'] : [])];
  return {
    ...pick(after.fields, differ),
    // An object never equals its copy.
    info_cache: { networks: after.networks, dirty: after.networksDirty },
    obj_what_changed: [...new Set(dirty)].toSorted(),
  };
}

/** These names of a map, those that it has. */
export const pick = (map: JsonMap, names: readonly string[]): JsonMap =>
  Object.fromEntries(names.flatMap((name) => (map[name] === undefined ? [] : [[name, map[name]]])));

const sorted = (value: Json): Json => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
};
