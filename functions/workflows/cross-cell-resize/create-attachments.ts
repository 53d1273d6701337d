import { NovaError, ServiceUnusable } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Volumes } from '#ports/volumes';
import { blockDeviceItem, type BlockDeviceItem } from '#records/items/block-device';
import { deviceItems, saveDevice } from '#records/methods/block-device';
import { readOperation } from '#operations/operation-document';
import type { Cell } from '#records/method';
import type { StepEvent } from '../step.ts';
import { sourceOf, targetOf, type CrossingState } from './state.ts';

/**
 * Keeps each volume of the server for its destination by an empty attachment, which the copy's device names. A repeat
 * takes what an earlier run has made.
 *
 * @throws VolumeNotFound, InvalidInput
 */
export async function createAttachments(
  services: Services,
  { state }: StepEvent<CrossingState>,
): Promise<CrossingState> {
  const { volumes } = services;
  if (volumes === undefined) return state;
  const { context } = await readOperation(services, state.request);
  const [own, copied] = await devicesOfBoth(services, state, context);
  const records = { ...services, context, cell: targetOf(state) };
  const named = attachmentsOf(own);
  for (const { uuid, volume_id, attachment_id } of copied) {
    if (uuid === null || volume_id === null || (attachment_id !== null && !named.has(attachment_id))) continue;
    const taken = attachmentsOf(copied);
    const left = (await volumes.attachments(context, state.server, volume_id)).find(
      ({ id, status }) => status === 'reserved' && !named.has(id) && !taken.has(id),
    );
    const { id } = left ?? (await volumes.createAttachment(context, volume_id, state.server));
    await saveDevice(records, state.server, uuid, { attachment_id: id });
  }
  return state;
}

/** Undo: the volumes are the source's alone. What a volume service refuses is logged. */
export async function undoCreateAttachments(services: Services, { state }: StepEvent<CrossingState>): Promise<void> {
  const { volumes, log } = services;
  if (volumes === undefined) return;
  const { context } = await readOperation(services, state.request);
  const [own, copied] = await devicesOfBoth(services, state, context);
  for (const id of await madeFor(volumes, context, state.server, own, copied)) {
    try {
      await volumes.deleteAttachment(context, id);
    } catch (error) {
      if (!(error instanceof NovaError) || error instanceof ServiceUnusable) throw error;
      log.error('an attachment of the destination stays', { instance: state.server, attachment: id }, error);
    }
  }
}

/** Attachments of the server that its own devices do not name: those of the copy, and what no device names yet. */
async function madeFor(
  volumes: Volumes,
  context: RequestContext,
  instance: string,
  own: readonly BlockDeviceItem[],
  copied: readonly BlockDeviceItem[],
): Promise<string[]> {
  const named = attachmentsOf(own);
  const made = new Set(attachmentsOf(copied));
  for (const { volume_id } of own)
    if (volume_id !== null)
      for (const { id, status } of await volumes.attachments(context, instance, volume_id))
        if (status === 'reserved') made.add(id);
  return [...made].filter((id) => !named.has(id));
}

const attachmentsOf = (devices: readonly BlockDeviceItem[]): Set<string> =>
  new Set(devices.flatMap(({ attachment_id }) => attachment_id ?? []));

/** The devices of both copies. */
async function devicesOfBoth(
  services: Services,
  state: CrossingState,
  context: RequestContext,
): Promise<readonly [own: BlockDeviceItem[], copied: BlockDeviceItem[]]> {
  const of = async (cell: Cell): Promise<BlockDeviceItem[]> =>
    (await deviceItems({ ...services, context, cell }, state.server)).map(blockDeviceItem);
  return [await of(sourceOf(state)), await of(targetOf(state))];
}
