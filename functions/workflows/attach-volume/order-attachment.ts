import { BDMNotFound } from '#errors';
import { lowerMessage } from '#conductor/compute-rpc';
import type { Services } from '#ports/services';
import { deviceOf, deviceItems } from '#records/methods/block-device';
import { blockDeviceItem } from '#records/items/block-device';
import { startAction } from '#records/methods/instance-action';
import { readOperation } from '#operations/operation-document';
import { computeCap } from '#servers/compute-cap';
import type { StepEvent } from '../step.ts';
import type { FoundState } from './state.ts';

/**
 * Begins the action of the request, then orders the host to attach the volume. Needs no undo: nothing follows that
 * fails.
 */
export async function orderAttachment(
  services: Services,
  { state, execution }: StepEvent<FoundState>,
): Promise<FoundState> {
  const { cell: name, cell_uuid, server: instance, host, device } = state;
  const cell = { name, uuid: cell_uuid };
  const { context, arguments: args } = await readOperation(services, state.request);
  const records = { ...services, context, cell };
  const item = (await deviceItems(records, instance)).find((each) => blockDeviceItem(each).uuid === device);
  if (item === undefined) throw new BDMNotFound({ id: 0 });
  await startAction(records, instance, 'attach_volume');
  const order = { instance: args['instance'] ?? null, bdm: deviceOf(item).toPrimitive() };
  await services.compute.cast({
    cell: name,
    host,
    method: 'attach_volume',
    ...lowerMessage('attach_volume', order, await computeCap(services, cell, context, 'attach_volume')),
    context,
    uniqueId: `attach-volume-${instance}-${execution}`,
  });
  services.log.info('attach_volume ordered', { instance, cell: name, host });
  return state;
}
