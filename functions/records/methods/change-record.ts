import { all, equals, exists } from '#ports/conditions';
import {
  ConditionFailed,
  TransactionConflict,
  type Attributes,
  type Item,
  type Key,
  type TableName,
} from '#ports/tables';
import { attributeNamed } from '#records/items/read';
import type { Records } from '#records/method';
import { present } from '#records/stamp';

/** How often a record was changed: who has read it before another's change looks again. */
export const CHANGES = 'changes';

/** Changes by others after which the message is to come again. */
const TRIES = 5;

/**
 * Changes a record by what it is: a list or a map of it, to which another one may add at the same time. In
 * Nova those are rows of their own.
 *
 * @throws the error of `missing` when there is no such record
 * @throws TransactionConflict when others have changed it at every try; the same call may be tried again
 */
export async function changeRecord(
  records: Records,
  { table, key, missing }: { readonly table: TableName; readonly key: Key; readonly missing: () => Error },
  set: (item: Item) => Attributes,
): Promise<Item> {
  let found = await records.tables.get(table, key);
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (found === undefined) throw missing();
    const update = { set: { ...set(found), updated_at: present(records) }, add: { [CHANGES]: 1 } };
    const unchanged = all(exists, equals(CHANGES, attributeNamed(found, CHANGES)));
    try {
      return (await records.tables.update(table, key, update, unchanged)).item;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      found = error.item;
    }
  }
  throw new TransactionConflict('the record is changed by many');
}
