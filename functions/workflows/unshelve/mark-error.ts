import type { Services } from '#ports/services';
import { faultOf } from '#conductor/fault';
import { all, equals, not } from '#ports/conditions';
import { recordFault } from '#records/methods/instance-fault';
import { cellTable, instanceKey } from '#records/keys';
import { release } from '#operations/own-operation';
import { DELETED_BY_HOST, operationNames } from '#records/operation';
import { readOperation } from '#operations/operation-document';
import { changeInstance, stateAttributes } from '#servers/instance-change';
import { endScope } from '#operations/action-scope';
import { UnshelveException } from '#errors';
import type { Ending, StepEvent } from '../step.ts';
import { scope } from './events.ts';
import type { TargetedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

const { owner } = operationNames('unshelve');

/**
 * Leaves a server in error that can never be unshelved: its image is gone, or it is not shelved (nova.conductor.manager
 * `unshelve_instance`). Its task_state stays. Only a lost image leaves a fault and ends an event.
 */
export async function markError(
  services: Services,
  { state, execution, error }: StepEvent<TargetedState>,
): Promise<Ending> {
  const { server: uuid, cell: name, cell_uuid } = state;
  const cell = { name, uuid: cell_uuid };
  const found = await services.tables.get(cellTable(name), instanceKey(uuid));
  const states = { vm_state: 'error', task_state: (found && instanceItem(found).task_state) ?? null };
  const { task_state: _taskState, ...set } = stateAttributes(services, uuid, states);
  const marked = await changeInstance(services, name, uuid, {
    set,
    condition: all(equals(owner, execution), not(DELETED_BY_HOST)),
  });
  if (marked !== undefined && error !== undefined) {
    const { context } = await readOperation(services, state.request);
    const reason = `Unshelve attempted but the image ${state.image_id} cannot be found.`;
    const records = { ...services, context, cell, writer: `unshelve-${execution}` };
    const fault = faultOf({ name: error.Error, message: reason });
    await recordFault(records, { instance_uuid: uuid, host: services.config.host, ...fault });
    const failure = new UnshelveException({ instance_id: uuid, reason });
    await endScope(services, scope(state, context, execution, 'get_image_info'), failure);
  }
  await release(services, { operation: 'unshelve', cell, uuid, execution });
  return { outcome: 'error', error: error === undefined ? 'InstanceInvalidState' : 'UnshelveException' };
}
