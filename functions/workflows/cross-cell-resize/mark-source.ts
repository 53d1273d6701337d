import { InstanceNotFound } from '#errors';
import { all, equals, oneOf } from '#ports/conditions';
import type { Services } from '#ports/services';
import { readOperation } from '#operations/operation-document';
import { instanceItem, type InstanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { operationNames } from '#records/operation';
import { stateAttributes, unexpectedTask } from '#servers/instance-change';
import { liveInstance } from '#servers/stored-instance';
import { notifiedChange } from '#servers/notified-change';
import type { StepEvent } from '../step.ts';
import type { CrossingState } from './state.ts';

const PREPARING = 'resize_prep';
const MIGRATING = 'resize_migrating';

/**
 * Notes on the server what it was, what it is to be, and that it is on its way, if its user has not begun anything
 * else. The undo of the whole ends its task, as Nova's does.
 *
 * @throws UnexpectedTaskStateError, UnexpectedDeletingTaskStateError
 * @throws InstanceNotFound
 */
export async function markSource(
  services: Services,
  { state, execution }: StepEvent<CrossingState>,
): Promise<CrossingState> {
  const { server: uuid, cell } = state;
  const { context, arguments: args } = await readOperation(services, state.request);
  const { vm_state, system_metadata, flavor } = await liveInstance(services, cell, uuid);
  const marked = await notifiedChange(services, {
    cell,
    uuid,
    context,
    id: `crossing-${execution}`,
    set: {
      ...stateAttributes(services, uuid, { vm_state, task_state: MIGRATING }),
      system_metadata: { ...system_metadata, old_vm_state: vm_state },
      old_flavor: flavor,
      new_flavor: args['flavor'] ?? null,
    },
    condition: all(
      equals(operationNames('cross-cell-resize').owner, execution),
      oneOf<InstanceItem>('task_state', [PREPARING, MIGRATING]),
    ),
  });
  if (marked !== undefined) return state;
  const found = await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (found === undefined || instanceItem(found).deleted) throw new InstanceNotFound({ instance_id: uuid });
  throw unexpectedTask(uuid, [PREPARING], found);
}
