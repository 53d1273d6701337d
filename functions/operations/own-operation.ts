import { InstanceInvalidState, InstanceNotFound, OperationBusy, type NovaError } from '#errors';
import { turnOf } from '#conductor/ownership';
import { all, equals, exists, not, type Condition } from '#ports/conditions';
import type { Services } from '#ports/services';
import {
  ConditionFailed,
  TransactionConflict,
  type Attributes,
  type AttributesOf,
  type Item,
  type ItemOf,
} from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import type { Cell } from '#records/method';
import { instanceItem, type InstanceAttribute, type InstanceItem, type StoredInstance } from '#records/items/instance';
import {
  LAST_EXECUTION,
  DELETING,
  DELETION,
  ENDED,
  endedAs,
  HOSTS,
  operationNames,
  OPERATIONS,
  operationState,
  type Operation,
} from '#records/operation';
import { settledAs } from './settle.ts';
import { isDeleted, storedValue } from '#records/items/read';

/** An execution's claim to be the one at work on a server. */
export interface Ownership {
  readonly operation: Operation;
  readonly cell: Cell;
  readonly uuid: string;
  readonly execution: string;
}

/** The operations whose owner stands in the way of another; a launch is over before a server can be asked anything. */
const EXCLUSIVE = OPERATIONS.filter((operation) => operation !== 'launch');

/** The attributes that name the owner of a server, by one operation each. */
export const owners: readonly string[] = EXCLUSIVE.map((operation) => operationNames(operation).owner);

/** Whether nobody is at work on a server. */
export const isFree = (item: Item): boolean =>
  EXCLUSIVE.every((operation) => operationState(item, operation).owner === null);

/** The task states that each of them goes through on its own; a reset by an operator may end any of them. */
const TASKS: Readonly<Record<Operation, readonly string[]>> = {
  launch: [],
  'cold-migrate': ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'],
  'cross-cell-resize': ['resize_prep', 'resize_migrating', 'resize_migrated'],
  'confirm-across-cells': [],
  'revert-across-cells': ['resize_reverting'],
  'live-migrate': ['migrating'],
  rebuild: ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning'],
  unshelve: ['unshelving', 'powering-on', 'spawning'],
};

/** What only its build goes by; that it was this launch which made the server stays. */
const { request: BUILT_BY, attempt: BUILT_IN, orderedAt: BUILT_SINCE } = operationNames('launch');
const OF_ITS_BUILD = [BUILT_BY, BUILT_IN, BUILT_SINCE];

/** Times that a server may change between the look at it and the write, before the step is tried anew. */
const MOST_LOOKS = 8;

/**
 * Makes an execution the owner of a server and answers its record, by one write that holds only if all that was looked
 * at is still so: every owner, and the server's states. An owner that no longer runs is succeeded.
 *
 * @param migration uuid of the migration that is about to be made
 * @throws InstanceNotFound
 * @throws OperationBusy while an execution that is about to end, or was before this request, owns the server
 * @throws InstanceInvalidState while another execution is in the middle of its work on the server
 * @throws TransactionConflict when the server changes faster than it can be looked at
 */
export async function acquire(
  services: Pick<Services, 'tables' | 'executions'>,
  ownership: Ownership,
  migration: string | null = null,
): Promise<Item> {
  const { operation, cell, uuid, execution } = ownership;
  const table = cellTable(cell.name);
  let found = await services.tables.get(table, instanceKey(uuid));
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    if (found === undefined || isDeleted(found)) throw new InstanceNotFound({ instance_id: uuid });
    await mustBeFree(services, ownership, found);
    const names = operationNames(operation);
    const { owner } = operationState(found, operation);
    const fresh: Attributes = {
      [names.owner]: execution,
      ...(migration === null ? {} : { [names.migration]: migration }),
    };
    const succeeded = EXCLUSIVE.filter((each) => each !== operation).map(operationNames);
    const { task_state } = instanceItem(found);
    const remove: InstanceAttribute[] = [
      names.destination,
      names.attempt,
      names.orderedAt,
      names.reschedule,
      names.migrationStatus,
      ...(migration === null ? [names.migration] : []),
      ENDED,
      ...OF_ITS_BUILD,
      ...(DELETING.some((state) => state === task_state) ? [] : ([DELETION] as const)),
      ...succeeded.map((each): InstanceAttribute => each.owner),
    ];
    const update = owner === execution ? { set: { [names.owner]: execution } } : { set: fresh, remove };
    try {
      return (await services.tables.update(table, instanceKey(uuid), update, unchanged(found))).item;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      found = error.item;
    }
  }
  throw new TransactionConflict(`instance ${uuid} changes all the time`);
}

/** What was looked at, as the condition of a write. */
const unchanged = (found: Item): Condition =>
  all(
    exists,
    equals<InstanceItem>('deleted', false),
    ...(['task_state', 'vm_state'] as const).map((name) =>
      equals<InstanceItem>(name, storedValue<InstanceItem>(found, name)),
    ),
    ...EXCLUSIVE.map((each) => equals(operationNames(each).owner, operationState(found, each).owner)),
  );

async function mustBeFree(
  { executions }: Pick<Services, 'executions'>,
  ownership: Ownership,
  found: Item,
): Promise<void> {
  const { uuid, execution } = ownership;
  const { task_state } = instanceItem(found);
  for (const each of EXCLUSIVE) {
    const { owner } = operationState(found, each);
    if (owner === null || owner === execution || (await executions.status(each, owner)) !== 'RUNNING') continue;
    const facts = { settled: settledAs(found, each), ended: endedAs(found), task_state, tasks: TASKS[each] };
    if (turnOf(facts) === 'wait') throw new OperationBusy(uuid, owner);
    throw notOurs(ownership, found);
  }
}

const notOurs = ({ uuid, operation: method }: Ownership, found: Item): NovaError =>
  new InstanceInvalidState({
    instance_uuid: uuid,
    attr: 'task_state',
    state: instanceItem(found).task_state,
    method,
  });

/**
 * Changes bookkeeping of a server that the execution owns, and answers the record.
 *
 * @param noted whether it was noted before: then the record is left as it is
 * @throws InstanceNotFound when the server is gone
 * @throws InstanceInvalidState when it is another execution's by now
 */
export async function updateOwned(
  services: Pick<Services, 'tables'>,
  ownership: Ownership,
  set: AttributesOf<StoredInstance>,
  remove: readonly InstanceAttribute[] = [],
  noted?: Condition,
): Promise<ItemOf<StoredInstance>> {
  const { operation, cell, uuid, execution } = ownership;
  const condition = all(
    exists,
    equals<InstanceItem>('deleted', false),
    equals(operationNames(operation).owner, execution),
    ...(noted === undefined ? [] : [not(noted)]),
  );
  try {
    return (await services.tables.update(cellTable(cell.name), instanceKey(uuid), { set, remove }, condition)).item;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.item !== undefined && !instanceItem(error.item).deleted) {
      if (noted !== undefined && operationState(error.item, operation).owner === execution) return error.item;
      throw notOurs(ownership, error.item);
    }
    throw new InstanceNotFound({ instance_id: uuid }, { cause: error });
  }
}

/** Ends the ownership; `hosts` are those that may write the record from now on. */
export async function release(
  services: Pick<Services, 'tables'>,
  { operation, cell, uuid, execution }: Ownership,
  hosts?: string,
): Promise<void> {
  const names = operationNames(operation);
  const { owner, reschedule, migration, destination, migrationStatus, attempt, orderedAt } = names;
  const update = {
    set: {
      [LAST_EXECUTION]: `${operation}/${execution}`,
      ...(hosts === undefined ? {} : { [HOSTS]: hosts }),
    },
    remove: [owner, reschedule, migration, destination, migrationStatus, attempt, orderedAt],
  };
  try {
    await services.tables.update(
      cellTable(cell.name),
      instanceKey(uuid),
      update,
      all(exists, equals(owner, execution)),
    );
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
