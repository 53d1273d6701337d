import type { TableUse } from '#adapters/memory/table-use';
import { tableSchemas } from '#local/emulation/table-schema';
import type { TableName } from '#ports/tables';
import { unitsOfChange, unitsOfRead, type MeteredIndex } from './units.ts';

/** Units that DynamoDB bills. */
export interface TableUnits {
  /** Requests: a batch, a page and a transaction count one. */
  readonly requests: number;
  readonly read: number;
  /** Written to tables. */
  readonly written: number;
  /** Written to indexes. */
  readonly indexed: number;
}

export const NOTHING: TableUnits = { requests: 0, read: 0, written: 0, indexed: 0 };

/** Counts what tables in memory would be billed: give its `note` to MemoryTables as `onUse`. */
export class TableMeter {
  readonly #indexes: ReadonlyMap<TableName, readonly MeteredIndex[]>;
  #units: TableUnits = NOTHING;
  #written = new Map<string, number>();

  /** @param cells cells that have a table */
  constructor(cells: readonly string[]) {
    this.#indexes = new Map(tableSchemas(cells).map(({ table, indexes }) => [table, indexes]));
  }

  get units(): TableUnits {
    return this.#units;
  }

  /** Units written to each partition key of an index, as `table index key`. */
  get indexPartitions(): ReadonlyMap<string, number> {
    return this.#written;
  }

  reset(): void {
    this.#units = NOTHING;
    this.#written = new Map();
  }

  readonly note = (use: TableUse): void => {
    if (use.kind === 'read') {
      const read = unitsOfRead(use, this.#indexesOf(use.table));
      this.#add({ ...NOTHING, requests: 1, read });
      return;
    }
    let [written, indexed] = [0, 0];
    for (const change of use.changes) {
      const times = use.operation === 'TransactWriteItems' ? 2 : 1;
      const units = unitsOfChange(change, this.#indexesOf(change.table), times);
      written += units.table;
      for (const entry of units.indexes) {
        indexed += entry.units;
        const key = `${change.table} ${entry.index} ${entry.partition}`;
        this.#written.set(key, (this.#written.get(key) ?? 0) + entry.units);
      }
    }
    this.#add({ ...NOTHING, requests: 1, written, indexed });
  };

  /** @throws Error for a table that is not deployed */
  #indexesOf(table: TableName): readonly MeteredIndex[] {
    const indexes = this.#indexes.get(table);
    if (indexes === undefined) throw new Error(`no table is called ${table}`);
    return indexes;
  }

  #add(more: TableUnits): void {
    this.#units = {
      requests: this.#units.requests + more.requests,
      read: this.#units.read + more.read,
      written: this.#units.written + more.written,
      indexed: this.#units.indexed + more.indexed,
    };
  }
}
