import { isWireObject } from '#wire/wire';
import { lowerMessage } from '#conductor/compute-rpc';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { computeCap } from '#servers/compute-cap';
import { cellTable, instanceKey } from '#records/keys';
import { readOperation } from '#operations/operation-document';
import { stateAttributes } from '#servers/instance-change';
import { registerOrder } from '../register-order.ts';
import type { StepEvent } from '../step.ts';
import type { TargetedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

/**
 * Has a server that still lies on its host started there and waits. The guarded save of `powering-on` and the
 * registration of the token are one write. Needs no undo: Clear task ends what this began.
 *
 * @throws UnexpectedTaskStateError, UnexpectedDeletingTaskStateError when somebody else is at work on the server
 */
export async function startInPlace(services: Services, event: StepEvent<TargetedState>): Promise<void> {
  const { state } = event;
  const { cell, server: uuid } = state;
  const found = await services.tables.get(cellTable(cell), instanceKey(uuid));
  const host = (found && instanceItem(found).host) ?? undefined;
  if (found !== undefined && host === undefined) throw new Error(`shelved instance ${uuid} is on no host`);
  const set = stateAttributes(services, uuid, { vm_state: 'shelved', task_state: 'powering-on' });
  const item = await registerOrder(services, event, { operation: 'unshelve', state, host, task: 'unshelving', set });
  if (item !== undefined && host !== undefined) await order(services, state, item, host);
}

async function order(services: Services, state: TargetedState, item: Item, host: string): Promise<void> {
  const { cell, cell_uuid, server: uuid, request } = state;
  const document = await readOperation(services, request);
  const given = document.arguments['instance'];
  if (!isWireObject(given)) throw new Error(`the request of instance ${uuid} has no Instance`);
  const { task_state, updated_at } = instanceItem(item);
  const instance = { ...given, 'nova_object.data': { ...given['nova_object.data'], task_state, updated_at } };
  const cap = await computeCap(services, { name: cell, uuid: cell_uuid }, document.context, 'start_instance');
  await services.compute.cast({
    cell,
    host,
    method: 'start_instance',
    ...lowerMessage('start_instance', { instance }, cap),
    context: document.context,
    uniqueId: `start-${uuid}-${request}`,
  });
  services.log.info('start ordered', { instance: uuid, cell, host });
}
