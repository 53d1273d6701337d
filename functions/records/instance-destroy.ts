import { InstanceNotFound, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { all, equals } from '#ports/conditions';
import { TransactionRefused, type Action, type Item, type Key, type TableName, type AttributesOf } from '#ports/tables';
import { allPages } from './all-pages.ts';
import { instanceAuthority } from './authority/conditions.ts';
import { tableOf } from './cell-table.ts';
import { HOST_SORT, hostPartition } from './instance-index.ts';
import { refreshInstance } from './instance-item.ts';
import { instanceKey } from './keys.ts';
import type { Records } from './method.ts';
import { migrationIndexKeys } from './migration-index.ts';
import { present } from './stamp.ts';
import { textOf } from './stored-object.ts';
import { isOwn, reachable } from './visibility.ts';
import { instanceItem, type InstanceItem, type StoredInstance } from '#records/items/instance';
import { isDeleted, storedValue } from '#records/items/read';

/** Actions of one transaction. */
const MOST_ACTIONS = 100;

/** The message that destroyed a record: its repeat gets the same answer. */
export const DESTROYED_BY = 'op:destroyed-by';

/** Whether this message destroyed the record. */
export const wasWrittenBy = (records: Pick<Records, 'writer'>, item: Item): boolean =>
  records.writer !== undefined && item[DESTROYED_BY] === records.writer;

/** Parts of a server's partition that go with it: softly, or for good. */
const SOFT = ['block-device#', 'migration#', 'fault#'];
const HARD = ['tags', 'console-token#'];

/**
 * Instance.destroy: the instance, its devices, migrations and faults are soft deleted, its tags and console tokens are
 * gone, in one transaction; actions and events stay. A hard delete leaves nothing of it, so that what it counts and
 * claims is given back before the record goes.
 *
 * An object without a host may only delete a record that has none, so a server that a host claims meanwhile is safe.
 *
 * @throws ObjectActionError (already destroyed, no uuid, host changed), InstanceNotFound, Forbidden
 */
export async function destroyInstance(
  records: Records,
  instance: AnyObject,
  options: { readonly hard_delete?: boolean } = {},
): Promise<null> {
  if (!instance.isSet('id')) throw new ObjectActionError({ action: 'destroy', reason: 'already destroyed' });
  const uuid = textOf(instance, 'uuid');
  if (uuid === undefined) throw new ObjectActionError({ action: 'destroy', reason: 'no uuid' });
  const onlyWithoutHost = (textOf(instance, 'host') ?? '') === '';
  const item = await destroyRecords(records, uuid, onlyWithoutHost);
  if (options.hard_delete === true) {
    const forget = async (): Promise<void> => (await import('./forget-instance.ts')).forgetInstance(records, item);
    if (records.last === undefined) await forget();
    else records.last(forget);
  }
  refreshInstance(instance, item, []);
  instance.unset('id');
  return null;
}

/**
 * Deletes a server's records and answers the deleted instance's item.
 *
 * @throws ObjectActionError (host changed), InstanceNotFound, Forbidden
 */
async function destroyRecords(records: Records, uuid: string, onlyWithoutHost: boolean): Promise<Item> {
  const table = tableOf(records);
  const items = await allPages(records.tables, table, { partition: instanceKey(uuid).pk, consistent: true });
  const before = items.find((item) => item.sk === 'instance');
  if (before === undefined) throw new InstanceNotFound({ instance_id: uuid });
  if (isDeleted(before) && wasWrittenBy(records, before)) return repeated(records, table, before, items);
  refuseDestroy(records, before, uuid, onlyWithoutHost);
  const deleted = { deleted: true, deleted_at: present(records) };
  const others = items.flatMap((item): Action[] => withInstance(table, item, deleted));
  const key = instanceKey(uuid);
  const { host, cleaned } = instanceItem(before);
  const partition = hostPartition({ host, deleted: true, cleaned });
  const set = {
    ...deleted,
    ...(records.writer === undefined ? {} : { [DESTROYED_BY]: records.writer }),
    lookup: 'deleted',
    ...(partition === undefined ? {} : { by_host: partition, by_host_sort: HOST_SORT }),
  } satisfies AttributesOf<StoredInstance>;
  const remove = partition === undefined ? ['by_host', 'by_host_sort'] : [];
  const conditions = [reachable(records.context, true), equals<InstanceItem>('deleted', false)];
  if (onlyWithoutHost) conditions.push(equals<InstanceItem>('host', null));
  else conditions.push(equals<InstanceItem>('host', storedValue<InstanceItem>(before, 'host')));
  const allowed = instanceAuthority(records, uuid).condition;
  if (allowed !== undefined) conditions.push(allowed);
  try {
    await records.tables.transact([
      { kind: 'update', table, key, update: { set, remove }, condition: all(...conditions) },
      ...others.slice(0, MOST_ACTIONS - 1),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const found = error.refusals[0]?.item;
    if (found === undefined) throw new InstanceNotFound({ instance_id: uuid });
    if (!wasWrittenBy(records, found)) refuseDestroy(records, found, uuid, onlyWithoutHost);
    // The host moved between the read and the write: once more, on what is there now.
    return destroyRecords(records, uuid, onlyWithoutHost);
  }
  await inParts(records, others.slice(MOST_ACTIONS - 1));
  const item = { ...before, ...set };
  records.written?.(item);
  return item;
}

/**
 * What the first delivery may not have come to: the rest of a server with many parts, and what follows from the write.
 */
async function repeated(records: Records, table: TableName, item: Item, items: readonly Item[]): Promise<Item> {
  const deleted = { deleted: true, deleted_at: instanceItem(item).deleted_at ?? present(records) };
  await inParts(
    records,
    items.flatMap((part) => withInstance(table, part, deleted)),
  );
  records.written?.(item);
  return item;
}

async function inParts(records: Records, actions: readonly Action[]): Promise<void> {
  for (let from = 0; from < actions.length; from += MOST_ACTIONS)
    await records.tables.transact(actions.slice(from, from + MOST_ACTIONS));
}

function refuseDestroy(records: Records, found: Item, uuid: string, onlyWithoutHost: boolean): void {
  if (isDeleted(found) || !isOwn(records.context, found)) throw new InstanceNotFound({ instance_id: uuid });
  instanceAuthority(records, uuid).refuse(found);
  if (onlyWithoutHost && storedValue<InstanceItem>(found, 'host') !== null) {
    throw new ObjectActionError({ action: 'destroy', reason: 'host changed' });
  }
}

function withInstance(table: TableName, item: Item, deleted: { deleted: boolean; deleted_at: string }): Action[] {
  const key: Key = { pk: item.pk, sk: item.sk };
  if (HARD.some((prefix) => item.sk.startsWith(prefix))) return [{ kind: 'delete', table, key }];
  if (!SOFT.some((prefix) => item.sk.startsWith(prefix)) || isDeleted(item)) return [];
  if (item.sk.startsWith('migration#')) {
    return [
      {
        kind: 'update',
        table,
        key,
        update: { set: { ...deleted, ...migrationIndexKeys({ ...item, ...deleted }).set } },
      },
    ];
  }
  const remove = ['by_host', 'by_host_sort', 'lookup', 'lookup_sort'].filter((name) => name in item);
  return [{ kind: 'update', table, key, update: { set: deleted, ...(remove.length > 0 ? { remove } : {}) } }];
}
