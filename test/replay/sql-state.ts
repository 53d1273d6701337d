import type { Json } from '#ports/json';

/** A row of a recorded table. */
export type Row = Readonly<Record<string, Json>>;

/** Tables by name, by database. */
export type Dump = Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>>;

/** What changed in one table between two dumps. */
export interface TableChange {
  readonly insert?: readonly Row[];
  readonly delete?: readonly Row[];
  readonly update?: readonly RowUpdate[];
}

/** One changed row: the columns that differ. */
export interface RowUpdate {
  readonly key: Row;
  readonly old: Row;
  readonly new: Row;
}

/** Changes by table, by database. */
export type Change = Readonly<Record<string, Readonly<Record<string, TableChange>>>>;

/** Looks at a column that a change writes, and answers what to keep instead. */
export type Mark = (value: Json, column: string) => Json;

const asIs: Mark = (value) => value;

/** The recorded databases at one moment. Never changed: a change makes the next one. */
export class SqlState {
  readonly #databases: ReadonlyMap<string, ReadonlyMap<string, readonly Row[]>>;

  constructor(databases: ReadonlyMap<string, ReadonlyMap<string, readonly Row[]>> = new Map()) {
    this.#databases = databases;
  }

  static of(dump: Dump): SqlState {
    return new SqlState(
      new Map(Object.entries(dump).map(([database, tables]) => [database, new Map(Object.entries(tables))])),
    );
  }

  get databases(): string[] {
    return [...this.#databases.keys()];
  }

  rows(database: string, table: string): readonly Row[] {
    return this.#databases.get(database)?.get(table) ?? [];
  }

  /** The state after a change; `mark` may replace the values that the change writes. */
  after(change: Change, mark: Mark = asIs): SqlState {
    const databases = new Map(this.#databases);
    for (const [database, tables] of Object.entries(change)) {
      const changed = new Map(databases.get(database));
      for (const [table, rows] of Object.entries(tables)) {
        changed.set(table, changedRows(changed.get(table) ?? [], rows, mark));
      }
      databases.set(database, changed);
    }
    return new SqlState(databases);
  }
}

function changedRows(before: readonly Row[], change: TableChange, mark: Mark): Row[] {
  const marked = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).map(([column, value]) => [column, mark(value, column)]));
  const gone = (row: Row): boolean => (change.delete ?? []).some((deleted) => sameRow(row, deleted));
  const kept = before
    .filter((row) => !gone(row))
    .map((row) => {
      const update = (change.update ?? []).find(({ key }) => hasKey(row, key));
      return update === undefined ? row : { ...row, ...marked(update.new) };
    });
  return [...kept, ...(change.insert ?? []).map(marked)];
}

/** Whether a row has all these columns with these values. */
export const hasKey = (row: Row, key: Row): boolean =>
  Object.entries(key).every(([column, value]) => row[column] === value);

/** Rows without an id are identified by all their columns. */
const sameRow = (row: Row, other: Row): boolean =>
  'id' in row && 'id' in other ? row['id'] === other['id'] : hasKey(row, other);
