import { lowerMessage } from '#conductor/compute-rpc';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { computeCap } from '#servers/compute-cap';
import { readOperation, type StoredOperation } from '#operations/operation-document';
import { endScope } from '#operations/action-scope';
import { registerOrder } from '../register-order.ts';
import type { StepEvent } from '../step.ts';
import { scope } from './events.ts';
import type { PlacedState } from './state.ts';
import { unshelveArguments } from './unshelve-message.ts';
import { bindDevices } from '#operations/accelerator-requests';
import { mappingOfSpec } from '#conductor/port-bindings';

/**
 * Orders the chosen host to take the server and waits. From the registration on only that host may write the record.
 * Needs no undo: Clear task fences the host and ends the task.
 *
 * @throws AcceleratorRequestOpFailed, AcceleratorRequestBindingFailed, KeyError when its devices cannot be bound
 * @throws UnexpectedTaskStateError, UnexpectedDeletingTaskStateError when somebody else is at work on the server
 */
export async function unshelveOnHost(services: Services, event: StepEvent<PlacedState>): Promise<void> {
  const { state } = event;
  const { host } = state;
  const item = await registerOrder(services, event, {
    operation: 'unshelve',
    state,
    host,
    task: 'unshelving',
    set: {},
  });
  const document = await readOperation(services, state.request);
  if (item !== undefined) await order(services, state, document, item);
  await endScope(services, scope(state, document.context, event.execution, 'schedule_instances'));
}

async function order(services: Services, state: PlacedState, document: StoredOperation, item: Item): Promise<void> {
  const { server: uuid, cell, host } = state;
  const { maxAttempts } = services.config;
  const cap = await computeCap(services, { name: cell, uuid: state.cell_uuid }, document.context, 'unshelve_instance');
  const { accelUuids } = await bindDevices(services, {
    context: document.context,
    cell,
    item,
    node: state.node,
    mapping: mappingOfSpec(document.spec),
  });
  const args = unshelveArguments({ state, document, item, maxAttempts, accelUuids });
  await services.compute.cast({
    cell,
    host,
    method: 'unshelve_instance',
    ...lowerMessage('unshelve_instance', args, cap),
    context: document.context,
    uniqueId: `unshelve-${uuid}-${state.request}`,
  });
  services.log.info('unshelve ordered', { instance: uuid, cell, host });
}
