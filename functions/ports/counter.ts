import type { TableName, Tables } from './tables.ts';

/** Integer ids from 1 on, such as Nova's tables number their rows by. */
export interface Counter {
  /** The next id of the counter `name` (`instances`, `migrations`, …) that lies in this table. */
  nextId(tables: Tables, table: TableName, name: string): Promise<number>;
}
