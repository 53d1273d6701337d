import { deflateRawSync } from 'node:zlib';
import { absent, any, equals, type Condition } from '#ports/conditions';
import { ConditionFailed, ItemTooLarge, type Attributes, type Item, type Key, type TableName } from '#ports/tables';
import type { Records } from './method.ts';
import { present } from './stamp.ts';

/** The persistent fields of a new record. */
export function persistentFields(records: Records): Attributes {
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

/** Bytes of JSON from which a change is looked at: usual ones have some hundred, and cost no read. */
const LARGE = 16_384;

/**
 * Deflated bytes that a record may come to by what its callers say: twice, since what was changed lies beside what it
 * replaces until it is folded. The rest of the 400 KB that an item may have is for what our operations note on it: a
 * server that is full could be neither moved nor deleted.
 */
const MOST_BYTES = 180_000;

/**
 * Looks before a large change whether the record leaves room for our own.
 *
 * @throws ItemTooLarge when it does not
 */
export async function mustLeaveRoom(
  { tables }: Pick<Records, 'tables'>,
  table: TableName,
  key: Key,
  set: Attributes,
): Promise<void> {
  if (key.sk !== 'instance' || bytesOf(set) < LARGE) return;
  const before = await tables.get(table, key);
  const bytes = deflateRawSync(JSON.stringify({ ...before, ...set })).length;
  if (bytes > MOST_BYTES) throw new ItemTooLarge(`record size ${bytes} leaves no room below ${MOST_BYTES}`);
}

const bytesOf = (set: Attributes): number => Buffer.byteLength(JSON.stringify(set));
