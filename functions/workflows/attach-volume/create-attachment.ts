import { InvalidVolume, MultiattachNotSupportedOldMicroversion } from '#errors';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Volumes } from '#ports/volumes';
import { blockDeviceItem } from '#records/items/block-device';
import { deviceItems, saveDevice } from '#records/methods/block-device';
import { readOperation } from '#operations/operation-document';
import { liveInstance } from '#servers/stored-instance';
import { mapOf, textOrNull } from '#wire/reading';
import type { StepEvent } from '../step.ts';
import type { FoundState } from './state.ts';

/**
 * Keeps the volume for the server by an empty attachment, and has the device name it. A repeat takes the attachment
 * that an earlier run has made.
 *
 * @throws InvalidVolume for a volume of another zone, where volumes stay in theirs
 * @throws MultiattachNotSupportedOldMicroversion, VolumeNotFound, InvalidInput
 */
export async function createAttachment(services: Services, { state }: StepEvent<FoundState>): Promise<FoundState> {
  const { cell, cell_uuid, server: instance, volume, device = '' } = state;
  const { context, arguments: args } = await readOperation(services, state.request);
  const { availability_zone } = await liveInstance(services, cell, instance);
  mustBeAttachable(services, { args, instance, zone: availability_zone });
  const records = { ...services, context, cell: { name: cell, uuid: cell_uuid } };
  const devices = (await deviceItems(records, instance)).map(blockDeviceItem);
  const named = devices.find(({ uuid }) => uuid === device)?.attachment_id ?? null;
  if (named !== null) return state;
  const volumes = volumesOf(services);
  const others = new Set(devices.flatMap(({ attachment_id }) => attachment_id ?? []));
  const left = (await volumes.attachments(context, instance, volume)).find(
    ({ id, status }) => status === 'reserved' && !others.has(id),
  );
  const { id } = left ?? (await volumes.createAttachment(context, volume, instance));
  await saveDevice(records, instance, device, { attachment_id: id });
  return state;
}

function mustBeAttachable(
  { config }: Pick<Services, 'config'>,
  { args, instance, zone }: { readonly args: JsonMap; readonly instance: string; readonly zone: string | null },
): void {
  const { id, availability_zone, multiattach } = mapOf(args['volume']);
  const other = textOrNull(availability_zone);
  if (!config.crossAzAttach && zone !== other)
    throw new InvalidVolume({
      reason: `Instance ${instance} and volume ${textOrNull(id)} are not in the same availability_zone. Instance is in ${zone}. Volume is in ${other}`,
    });
  if (multiattach === true && args['supports_multiattach'] !== true) throw new MultiattachNotSupportedOldMicroversion();
}

/** Undo: the volume is given back, where an attachment was made for it. */
export async function undoCreateAttachment(services: Services, { state }: StepEvent<FoundState>): Promise<void> {
  const { cell, cell_uuid, server: instance, volume, device = '' } = state;
  const { context } = await readOperation(services, state.request);
  const volumes = volumesOf(services);
  const records = { ...services, context, cell: { name: cell, uuid: cell_uuid } };
  const devices = (await deviceItems(records, instance)).map(blockDeviceItem);
  const others = new Set(devices.flatMap(({ uuid, attachment_id }) => (uuid === device ? [] : (attachment_id ?? []))));
  const made = (await volumes.attachments(context, instance, volume)).filter(
    ({ id, status }) => status === 'reserved' && !others.has(id),
  );
  for (const { id } of made) await volumes.deleteAttachment(context, id);
}

/** The volume service, which Begin has found named. */
function volumesOf({ volumes }: Pick<Services, 'volumes'>): Volumes {
  if (volumes === undefined) throw new InvalidVolume({ reason: 'this deployment names no volume service' });
  return volumes;
}
