import { InstanceInvalidState, InstanceNotFound } from '#errors';
import { all, any, equals, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed } from '#ports/tables';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { operationNames, type Operation } from '#records/operation';
import type { Ownership } from './own-operation.ts';

/**
 * Makes the execution of the same name of another workflow the owner of a server. A repeat changes nothing.
 *
 * @throws InstanceNotFound when the server is gone
 * @throws InstanceInvalidState when it is another execution's by now
 */
export async function handOverOwnership(
  services: Pick<Services, 'tables'>,
  { operation, cell, uuid, execution }: Ownership,
  to: Operation,
): Promise<void> {
  const [before, after] = [operationNames(operation), operationNames(to)];
  const { owner, reschedule, migration, destination, migrationStatus } = before;
  const remove = [owner, reschedule, migration, destination, migrationStatus];
  const condition = all(
    exists,
    equals<InstanceItem>('deleted', false),
    any(equals(owner, execution), equals(after.owner, execution)),
  );
  try {
    await services.tables.update(
      cellTable(cell.name),
      instanceKey(uuid),
      { set: { [after.owner]: execution }, remove: [...remove, before.attempt, before.orderedAt] },
      condition,
    );
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.item === undefined || instanceItem(error.item).deleted)
      throw new InstanceNotFound({ instance_id: uuid }, { cause: error });
    const { task_state: state } = instanceItem(error.item);
    throw new InstanceInvalidState({ instance_uuid: uuid, attr: 'task_state', state, method: to });
  }
}
