import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { blockDeviceItem } from '#records/items/block-device';
import { deviceItems, destroyDevice } from '#records/methods/block-device';
import { readOperation } from '#operations/operation-document';
import { answerOf } from '#operations/waiting-call';
import { fieldsOf, mapOf } from '#wire/reading';
import { callCompute } from '../call-compute.ts';
import type { StepEvent } from '../step.ts';
import { callId, type FoundState } from './state.ts';

/** Has the host name a device for the volume and make its record (nova.conductor.manager `attach_volume`). */
export async function reserveDevice(
  services: Services,
  { state, execution, token }: StepEvent<FoundState>,
): Promise<void> {
  const { cell, cell_uuid: uuid, host, volume } = state;
  const { context, arguments: args } = await readOperation(services, state.request);
  await callCompute(services, {
    cell: { name: cell, uuid },
    host,
    method: 'reserve_block_device_name',
    args: {
      instance: args['instance'] ?? null,
      device: args['device'] ?? null,
      volume_id: volume,
      disk_bus: args['disk_bus'] ?? null,
      device_type: args['device_type'] ?? null,
      tag: args['tag'] ?? null,
      multiattach: mapOfVolume(args)['multiattach'] ?? false,
    },
    context,
    messageId: callId(execution),
    token,
    asking: state,
  });
}

const mapOfVolume = (args: JsonMap): JsonMap => mapOf(args['volume']);

/**
 * Undo: the device that was made for the volume is gone. A host that refused has made none; where it did not answer it
 * may have made one, which names no attachment yet.
 */
export async function undoReserveDevice(
  services: Services,
  { state, execution }: StepEvent<FoundState>,
): Promise<void> {
  const { cell, cell_uuid, server: instance, volume } = state;
  const answer = await answerOf(services, callId(execution));
  if (answer !== undefined && answer.failure !== null) return;
  const made = answer === undefined ? undefined : fieldsOf(answer.result)['uuid'];
  const { context } = await readOperation(services, state.request);
  const records = { ...services, context, cell: { name: cell, uuid: cell_uuid } };
  for (const item of await deviceItems(records, instance)) {
    const { uuid, volume_id, attachment_id } = blockDeviceItem(item);
    const ours = made === undefined ? volume_id === volume && attachment_id === null : uuid === made;
    if (ours) await destroyDevice(records, item);
  }
}
