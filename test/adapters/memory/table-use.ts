import type { TableName } from '#ports/tables';
import type { TableOperation } from '#adapters/table-operation';
import type { StoredItem } from './stored-item.ts';

/** An item before and after a write, its writer slots among its attributes; undefined where there is none. */
export interface ItemChange {
  readonly table: TableName;
  readonly before: StoredItem | undefined;
  /** The same as before when a condition refused the write. */
  readonly after: StoredItem | undefined;
}

/** What a request read or wrote, from which follows what the service bills for it. */
export type TableUse =
  | { readonly kind: 'write'; readonly operation: TableOperation; readonly changes: readonly ItemChange[] }
  | {
      readonly kind: 'read';
      readonly operation: TableOperation;
      readonly table: TableName;
      /** Undefined: the table's own keys. */
      readonly index?: string | undefined;
      readonly consistent: boolean;
      /** What was read, filtered or not; undefined for a key without an item. */
      readonly items: readonly (StoredItem | undefined)[];
    };
