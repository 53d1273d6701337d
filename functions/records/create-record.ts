import { absent, any, equals, type Condition } from '#ports/conditions';
import { ConditionFailed, type Attributes, type Item, type Key, type TableName } from '#ports/tables';
import type { Records } from './method.ts';
import { mustLeaveRoom } from './room.ts';
import { present } from './stamp.ts';

/** The persistent fields of a new record. */
export function newborn(records: Records): Attributes {
  return { created_at: present(records), updated_at: null, deleted_at: null, deleted: false };
}

/** A deleted record of the same key gives way to a new one. */
export const absentOrDeleted: Condition = any(absent, equals('deleted', true));

/**
 * Makes a record in one request. A repeat by the same message answers the record that it made.
 *
 * @throws the error of `taken` when another record lies there
 */
export async function createRecord(
  records: Records,
  table: TableName,
  key: Key,
  attributes: Attributes,
  taken: () => Error,
  condition: Condition = absent,
): Promise<Item> {
  await mustLeaveRoom(records, table, key, attributes);
  try {
    const { item } = await records.tables.update(
      table,
      key,
      { set: attributes, ...(records.writer === undefined ? {} : { writer: records.writer }) },
      condition,
    );
    records.written?.(item);
    return item;
  } catch (error) {
    if (error instanceof ConditionFailed) throw taken();
    throw error;
  }
}
