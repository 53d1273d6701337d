import { InstanceInvalidState } from '#errors';
import type { Item } from '#ports/tables';
import { instanceItem, isDeletedByHost } from '#records/items/instance';
import type { Operation } from '#records/operation';

/**
 * Refuses to order a move of a server that its host has deleted: a user may restore it as it is.
 *
 * @throws InstanceInvalidState
 */
export function mustNotBeDeleted(item: Item, method: Operation): void {
  if (!isDeletedByHost(item)) return;
  const { uuid, vm_state } = instanceItem(item);
  throw new InstanceInvalidState({ instance_uuid: uuid, attr: 'vm_state', state: vm_state, method });
}
