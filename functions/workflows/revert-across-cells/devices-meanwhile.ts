import { NovaError, ServiceUnusable } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { copyDevice } from '#records/copies/copy-instance';
import { blockDeviceItem } from '#records/items/block-device';
import { deviceItems, destroyDevice, saveDevice } from '#records/methods/block-device';
import { arrivedIn, cameFrom, type BothCellsState } from '../both-cells.ts';

/**
 * What was attached while the server was resized is attached to the copy that it comes back to, by an attachment of its
 * own; what was detached goes. What the volume service refuses to give back is logged, and the revert goes on.
 */
export async function devicesMeanwhile(
  services: Services,
  state: BothCellsState,
  context: RequestContext,
): Promise<void> {
  const { server } = state;
  const records = { ...services, context, cell: cameFrom(state) };
  const own = await deviceItems(records, server);
  const arrived = await deviceItems({ ...services, context, cell: arrivedIn(state) }, server);
  for (const item of arrived) if (!has(own, item)) await attach(services, state, context, item);
  for (const item of own) if (!has(arrived, item)) await detach(services, state, context, item);
}

const has = (items: readonly Item[], item: Item): boolean =>
  items.some((each) => blockDeviceItem(each).uuid === blockDeviceItem(item).uuid);

async function attach(services: Services, state: BothCellsState, context: RequestContext, item: Item): Promise<void> {
  const { uuid, volume_id } = blockDeviceItem(item);
  const { server } = state;
  await copyDevice(services, item, state.source_cell);
  if (uuid === null || volume_id === null || services.volumes === undefined) return;
  const named = blockDeviceItem(item).attachment_id;
  const left = (await services.volumes.attachments(context, server, volume_id)).find(
    ({ id, status }) => status === 'reserved' && id !== named,
  );
  const { id } = left ?? (await services.volumes.createAttachment(context, volume_id, server));
  await saveDevice({ ...services, context, cell: cameFrom(state) }, server, uuid, { attachment_id: id });
}

async function detach(services: Services, state: BothCellsState, context: RequestContext, item: Item): Promise<void> {
  const { attachment_id } = blockDeviceItem(item);
  try {
    if (attachment_id !== null) await services.volumes?.deleteAttachment(context, attachment_id);
  } catch (error) {
    if (!(error instanceof NovaError) || error instanceof ServiceUnusable) throw error;
    const said = { instance: state.server, attachment: attachment_id };
    services.log.error('the attachment of a volume that was detached stays', said, error);
  }
  await destroyDevice({ ...services, context, cell: cameFrom(state) }, item);
}
