import { all, any, equals, not, type Condition } from '#ports/conditions';
import type { Json } from '#ports/json';
import { ConditionFailed, type Attributes, type Item, type Key, type TableName } from '#ports/tables';
import type { Authority } from './authority/conditions.ts';
import type { Records } from './method.ts';
import { present } from './stamp.ts';
import { mustLeaveRoom } from './create-record.ts';
import { isOwn, isVisible, reachable } from './visibility.ts';

/** One change to one record. */
export interface Save {
  readonly table: TableName;
  readonly key: Key;
  /** What is changed; `id` and `uuid` among it are left out, since a record keeps what it is known by. */
  readonly set: Attributes;
  readonly remove?: readonly string[];
  /** Conditions beyond being there and visible. */
  readonly guards?: readonly Condition[];
  /** Which hosts may make the change. */
  readonly authority?: Authority;
  /** Only records of the context's project. */
  readonly owned?: boolean;
  /** Writes `updated_at` even when every value is already there. */
  readonly always?: boolean;
  /** Attributes that follow from others, so they do not count as a difference. */
  readonly derived?: Attributes;
  /** Attributes that keep what another was before. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Leaves `updated_at` alone: Nova keeps what is written in another row. */
  readonly untouched?: boolean;
  /** @throws what the caller sees when there is no such record */
  readonly missing: () => Error;
  /** Makes the error when a guard does not hold; undefined when it does. */
  readonly refused?: (item: Item) => Error | undefined;
}

/**
 * Changes a record in one request and answers it.
 *
 * As in Nova, values that are all there already leave the record, and its `updated_at`, as they are. Whether they
 * differ is part of the write's condition, so nothing is read first.
 */
export async function saveRecord(records: Records, save: Save): Promise<Item> {
  const { table, key } = save;
  const { id: _id, uuid: _uuid, ...values } = save.set;
  const scalars = Object.entries(values).filter(([, value]) => isScalar(value));
  const comparable = save.always !== true && scalars.length > 0 && scalars.length === Object.keys(values).length;
  const allowed = save.authority?.condition;
  const condition = all(
    reachable(records.context, save.owned ?? false),
    ...(allowed === undefined ? [] : [allowed]),
    ...(save.guards ?? []),
    ...(comparable ? [any(...scalars.map(([name, value]) => not(equals(name, value))))] : []),
  );
  const update = {
    set: { ...values, ...save.derived, ...(save.untouched === true ? {} : { updated_at: present(records) }) },
    ...(save.remove === undefined ? {} : { remove: save.remove }),
    ...(save.keep === undefined ? {} : { keep: save.keep }),
    ...(records.writer === undefined ? {} : { writer: records.writer }),
    ...(records.sentAt === undefined ? {} : { sentAt: records.sentAt }),
  };
  await mustLeaveRoom(records, table, key, update.set);
  try {
    const { item } = await records.tables.update(table, key, update, condition);
    records.written?.(item, Object.keys(values));
    return item;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const { item } = error;
    if (item === undefined || !isVisible(records.context, item)) throw save.missing();
    if (save.owned === true && !isOwn(records.context, item)) throw save.missing();
    save.authority?.refuse(item);
    const refusal = save.refused?.(item);
    if (refusal !== undefined) throw refusal;
    records.written?.(item, Object.keys(values));
    return item;
  }
}

const isScalar = (value: Json): boolean => value === null || typeof value !== 'object';
