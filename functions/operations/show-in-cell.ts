import { isDeepStrictEqual } from 'node:util';
import { InstanceInvalidState, InstanceNotFound } from '#errors';
import { isoSeconds } from '#conductor/time';
import { all, equals, exists, not } from '#ports/conditions';
import type { Services } from '#ports/services';
import { TransactionRefused, type Item } from '#ports/tables';
import { lookupPartition, transitionPartition } from '#records/instance-index';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import type { InstanceMappingItem } from '#records/items/mapping';
import { cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import type { Cell } from '#records/method';
import {
  BEING_DELETED,
  HIDDEN,
  IS_HIDDEN,
  IS_SHOWN,
  operationNames,
  operationState,
  type Operation,
} from '#records/operation';
import { quotaMove } from '#records/instance-quota';

/** A server of which both cells have a copy. */
export interface Shown {
  readonly uuid: string;
  readonly operation: Operation;
  readonly execution: string;
  /** The cell whose copy is shown, and the one whose copy is to be. */
  readonly from: Cell;
  readonly to: Cell;
}

/**
 * Shows the other copy of a server: one transaction over both records and the mapping, so that exactly one is shown,
 * the mapped one, at every moment. What the server counts of its project's quota goes along, by the size that it has
 * there. A repeat changes nothing.
 *
 * @throws InstanceNotFound when the server is gone or its user deletes it
 * @throws InstanceInvalidState when it is another execution's by now
 */
export async function showInCell(services: Pick<Services, 'clock' | 'tables'>, shown: Shown): Promise<void> {
  const { uuid, from, to, operation, execution } = shown;
  const [before, copy] = await both(services, shown);
  const quota = quotaMove(before ?? {}, copy ?? {});
  const ours = equals(operationNames(operation).owner, execution);
  const there = all(exists, equals<InstanceItem>('deleted', false), ours);
  const updated_at = isoSeconds(services.clock.now());
  const lookup = lookupPartition({ ...instanceItem(copy ?? {}), hidden: false });
  try {
    await services.tables.transact([
      {
        kind: 'update',
        table: cellTable(from.name),
        key: instanceKey(uuid),
        update: {
          set: { hidden: true, [HIDDEN]: true, lookup: transitionPartition(uuid), updated_at },
          remove: quota.before.remove,
        },
        condition: all(there, IS_SHOWN, not(BEING_DELETED), quota.before.condition),
      },
      {
        kind: 'update',
        table: cellTable(to.name),
        key: instanceKey(uuid),
        update: {
          set: { hidden: false, updated_at, ...quota.copy.set, ...(lookup === undefined ? {} : { lookup }) },
          remove: [HIDDEN, ...(lookup === undefined ? ['lookup'] : [])],
        },
        condition: all(there, IS_HIDDEN, quota.copy.condition),
      },
      {
        kind: 'update',
        table: MAPPINGS,
        key: instanceMappingKey(uuid),
        update: { set: { cell: to.name, cell_uuid: to.uuid, by_cell: to.uuid, updated_at } },
        condition: all(exists, equals<InstanceMappingItem>('cell', from.name)),
      },
      ...quota.copy.counted,
    ]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const [left, arrived] = await both(services, shown);
    if (arrived !== undefined && isShown(arrived, shown)) return;
    // Counted anew, or resized, between the read and the write: once more, on what is there now.
    if (!isDeepStrictEqual(quotaMove(left ?? {}, arrived ?? {}), quota)) return showInCell(services, shown);
    throw refusal(shown, left, error);
  }
}

const both = ({ tables }: Pick<Services, 'tables'>, { uuid, from, to }: Shown): Promise<(Item | undefined)[]> =>
  tables.batchGet([from, to].map(({ name }) => ({ table: cellTable(name), key: instanceKey(uuid) })));

const isShown = (item: Item, { operation, execution }: Shown): boolean =>
  !instanceItem(item).hidden && operationState(item, operation).owner === execution;

function refusal({ uuid, operation: method, execution }: Shown, left: Item | undefined, cause: Error): Error {
  const ours = left !== undefined && operationState(left, method).owner === execution;
  if (left === undefined || instanceItem(left).deleted || ours)
    return new InstanceNotFound({ instance_id: uuid }, { cause });
  const { task_state: state } = instanceItem(left);
  return new InstanceInvalidState({ instance_uuid: uuid, attr: 'task_state', state, method });
}
