import { negative } from '#conductor/quota';
import { all, any, equals, exists, not, type Condition } from '#ports/conditions';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { TransactionRefused, type Action, type Attributes, type Item } from '#ports/tables';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { QUOTA, QUOTA_RETURNED } from './operation.ts';
import { countUsage, reservationIn, transactOnce, type Reservation } from './quota-usage.ts';

/** What a server's item remembers of its share, so that it is given back when the server goes. */
export const quotaHold = (reservation: Reservation | undefined): Attributes =>
  reservation === undefined ? {} : { [QUOTA]: quotaOf(reservation) };

/**
 * The form in which a server's item remembers its share: a list without names, since each write
 * of a server is charged for it.
 */
const quotaOf = ({ project, user = '', share: { instances, cores, ram } }: Reservation): Json => [
  project,
  user === '' ? null : user,
  instances,
  cores,
  ram,
];

/** What a server's item counts; undefined when it counts no more. */
export const quotaHeld = (item: Attributes): Reservation | undefined => reservationIn(instanceItem(item).quota);

/** What a server counted when it was counted anew, as `cores/ram`: one writer counts a change, the others see it. */
const COUNTED_SIZE = 'op:quota_size';

/** Whether a server's record counts what its item says: it may have been counted anew since. */
const countsAs = (item: Attributes): Condition =>
  quotaHeld(item) === undefined
    ? equals(QUOTA, null)
    : all(not(equals(QUOTA, null)), equals(COUNTED_SIZE, item[COUNTED_SIZE] ?? null));

/** What a write of a server's record does with what the server counts, in the same transaction. */
export interface QuotaChange {
  readonly counted: readonly Action[];
  readonly set: Attributes;
  readonly remove: readonly string[];
  /** Where it does not hold, the item is to be read again. */
  readonly condition: Condition;
}

/** Lets a copy of a server count in place of the one that did before, by the size that the copy has. */
export function quotaMove(before: Attributes, copy: Attributes): Readonly<Record<'before' | 'copy', QuotaChange>> {
  const held = quotaHeld(before);
  const none = { counted: [], set: {}, remove: [] };
  if (held === undefined)
    return { before: { ...none, condition: countsAs(before) }, copy: { ...none, condition: exists } };
  return {
    before: { ...none, remove: [QUOTA], condition: countsAs(before) },
    copy: countedBySize(held, copy),
  };
}

/** How what a server counts follows from the size in an item. */
function countedBySize(held: Reservation, item: Attributes): QuotaChange {
  const { share } = held;
  const { size, condition } = sizeIn(item, share);
  const { cores, ram } = size;
  const more = { instances: 0, cores: cores - share.cores, ram: ram - share.ram };
  return {
    counted: more.cores === 0 && more.ram === 0 ? [] : countUsage(held, more),
    set: { ...quotaHold({ ...held, share: { ...share, cores, ram } }), [COUNTED_SIZE]: `${cores}/${ram}` },
    remove: [],
    condition,
  };
}

/** The size of a server's record, what it counts by unless that says otherwise, and that it still is so. */
function sizeIn(item: Attributes, { cores, ram }: Reservation['share']) {
  const { vcpus, memory_mb } = instanceItem(item);
  return {
    size: { cores: vcpus ?? cores, ram: memory_mb ?? ram },
    condition: all(equals<InstanceItem>('vcpus', vcpus), equals<InstanceItem>('memory_mb', memory_mb)),
  };
}

/** Gives back what a recorded server counts, once: it is deleted or soft-deleted. */
export async function returnQuota(services: Pick<Services, 'tables'>, table: string, item: Item): Promise<void> {
  const held = quotaHeld(item);
  if (held === undefined) return;
  const key = { pk: item.pk, sk: item.sk };
  const update = { set: { [QUOTA_RETURNED]: item[QUOTA] ?? null }, remove: [QUOTA] };
  const condition = all(exists, countsAs(item), IS_GONE);
  try {
    await services.tables.transact([
      ...countUsage(held, negative(held.share)),
      { kind: 'update', table, key, update, condition },
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    // It may have been counted anew since.
    const found = await services.tables.get(table, key);
    if (found !== undefined && isGone(found)) await returnQuota(services, table, found);
  }
}

/** A server that counts no more: one that was restored since does. */
const IS_GONE = any(equals<InstanceItem>('deleted', true), equals<InstanceItem>('vm_state', 'soft-delete'));
const isGone = (item: Item): boolean => instanceItem(item).deleted || instanceItem(item).vm_state === 'soft-delete';

/** Counts a soft-deleted server again that its user has restored, once. */
async function countAgain(services: Pick<Services, 'tables'>, table: string, item: Item): Promise<void> {
  const returned = quotaHeld({ [QUOTA]: item[QUOTA_RETURNED] ?? null });
  if (returned === undefined) return;
  // A host may have resized it meanwhile.
  const { size, condition } = sizeIn(item, returned.share);
  const share = { ...returned.share, ...size };
  await transactOnce(services, [
    ...countUsage(returned, share),
    {
      kind: 'update',
      table,
      key: { pk: item.pk, sk: item.sk },
      update: { set: quotaHold({ ...returned, share }), remove: [QUOTA_RETURNED] },
      condition: all(
        exists,
        condition,
        equals<InstanceItem>('deleted', false),
        not(equals<InstanceItem>('vm_state', 'soft-delete')),
        not(equals(QUOTA_RETURNED, null)),
      ),
    },
  ]);
}

/**
 * Counts a recorded server by its new size, once: it was resized, or a resize was reverted. One
 * that was restored counts again.
 */
export async function recountQuota(services: Pick<Services, 'tables'>, table: string, item: Item): Promise<void> {
  const held = quotaHeld(item);
  if (held === undefined) return countAgain(services, table, item);
  const { counted, condition, set, remove } = countedBySize(held, item);
  if (counted.length === 0) return;
  const key = { pk: item.pk, sk: item.sk };
  await transactOnce(services, [
    ...counted,
    { kind: 'update', table, key, update: { set, remove }, condition: all(exists, countsAs(item), condition) },
  ]);
}
