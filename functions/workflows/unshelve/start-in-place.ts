import { isWireObject } from '#wire/wire';
import { lowerMessage } from '#conductor/compute-rpc';
import { equals } from '#ports/conditions';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { registerToken } from '#operations/register-token';
import { computeCap } from '#servers/compute-cap';
import { cellTable, instanceKey } from '#records/keys';
import { readOperation } from '#operations/operation-document';
import { stateAttributes, unexpectedTask } from '#servers/instance-change';
import type { StepEvent } from '../step.ts';
import type { TargetedState } from './state.ts';
import { instanceItem, type InstanceItem } from '#records/items/instance';

/**
 * Has a server that still lies on its host started there and waits. The guarded save of `powering-on` and the
 * registration of the token are one write. Needs no undo: Clear task ends what this began.
 *
 * @throws UnexpectedTaskStateError, UnexpectedDeletingTaskStateError when somebody else is at work on the server
 */
export async function startInPlace(
  services: Services,
  { state, execution, token }: StepEvent<TargetedState>,
): Promise<void> {
  if (token === undefined) throw new Error('Start in place runs with a task token');
  const { cell, server: uuid } = state;
  const found = await services.tables.get(cellTable(cell), instanceKey(uuid));
  const host = (found && instanceItem(found).host) ?? undefined;
  if (found !== undefined && host === undefined) throw new Error(`shelved instance ${uuid} is on no host`);
  const registered = await registerToken(services, {
    operation: 'unshelve',
    cell,
    uuid,
    execution,
    token,
    attempt: 1,
    hosts: host === undefined ? [] : [host],
    orderedAt: services.clock.now(),
    begins: {
      set: stateAttributes(services, uuid, { vm_state: 'shelved', task_state: 'powering-on' }),
      condition: equals<InstanceItem>('task_state', 'unshelving'),
    },
  });
  if (registered.kind === 'refused') throw unexpectedTask(uuid, ['unshelving'], registered.item);
  if (registered.kind === 'waiting' && host !== undefined) await order(services, state, registered.item, host);
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
