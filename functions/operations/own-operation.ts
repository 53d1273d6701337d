import { InstanceInvalidState, InstanceNotFound } from '#errors';
import { all, equals, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Attributes, type Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import type { Cell } from '#records/method';
import { HOSTS, operationNames, OPERATIONS, operationState, type Operation } from '#records/operation';

/** An execution's claim to be the one at work on a server. */
export interface Ownership {
  readonly operation: Operation;
  readonly cell: Cell;
  readonly uuid: string;
  readonly execution: string;
}

/** The operations whose owner stands in the way of another; a launch is over before a server can be asked anything. */
const EXCLUSIVE = OPERATIONS.filter((operation) => operation !== 'launch');

/**
 * Makes an execution the owner of a server and answers its record. An owner that no longer runs is succeeded. One that is
 * being wound up still runs, though the server may be asked for the next operation already: state machines try again.
 *
 * @throws InstanceNotFound
 * @throws InstanceInvalidState while another execution is at work on the server
 */
export async function acquire(
  services: Pick<Services, 'tables' | 'executions'>,
  { operation, cell, uuid, execution }: Ownership,
  request: string,
): Promise<Item> {
  const table = cellTable(cell.name);
  const found = await services.tables.get(table, instanceKey(uuid));
  if (found === undefined || found['deleted'] === true) throw new InstanceNotFound({ instance_id: uuid });
  for (const each of EXCLUSIVE) {
    const { owner } = operationState(found, each);
    if (owner === null || owner === execution || (await services.executions.status(each, owner)) !== 'RUNNING')
      continue;
    throw new InstanceInvalidState({
      instance_uuid: uuid,
      attr: 'task_state',
      state: typeof found['task_state'] === 'string' ? found['task_state'] : null,
      method: operation,
    });
  }
  const names = operationNames(operation);
  const { owner } = operationState(found, operation);
  const fresh: Attributes = {
    [names.owner]: execution,
    [names.request]: request,
    [names.attempt]: 0,
    [names.orderedAt]: null,
    [names.reschedule]: null,
    [names.migration]: null,
    [names.migrationStatus]: null,
  };
  const update = owner === execution ? { set: { [names.owner]: execution } } : { set: fresh, remove: [names.token] };
  const condition = all(exists, equals('deleted', false), equals(names.owner, owner));
  return changed(services, { operation, cell, uuid, execution }, update, condition);
}

/**
 * Changes bookkeeping of a server that the execution owns, and answers the record.
 *
 * @throws InstanceNotFound when the server is gone, or another execution's by now
 */
export function updateOwned(services: Pick<Services, 'tables'>, ownership: Ownership, set: Attributes): Promise<Item> {
  const { owner } = operationNames(ownership.operation);
  const condition = all(exists, equals('deleted', false), equals(owner, ownership.execution));
  return changed(services, ownership, { set }, condition);
}

async function changed(
  services: Pick<Services, 'tables'>,
  { cell, uuid }: Ownership,
  update: { readonly set: Attributes; readonly remove?: readonly string[] },
  condition: ReturnType<typeof all>,
): Promise<Item> {
  try {
    return (await services.tables.update(cellTable(cell.name), instanceKey(uuid), update, condition)).item;
  } catch (error) {
    if (error instanceof ConditionFailed) throw new InstanceNotFound({ instance_id: uuid }, { cause: error });
    throw error;
  }
}

/** Ends the ownership; `hosts` are those that may write the record from now on. */
export async function release(
  services: Pick<Services, 'tables'>,
  { operation, cell, uuid, execution }: Ownership,
  hosts?: string,
): Promise<void> {
  const names = operationNames(operation);
  const { owner, token, request, reschedule, migration, migrationStatus, attempt, orderedAt } = names;
  const update = {
    ...(hosts === undefined ? {} : { set: { [HOSTS]: hosts } }),
    remove: [owner, token, request, reschedule, migration, migrationStatus, attempt, orderedAt],
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
