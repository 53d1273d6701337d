import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { blockDeviceItem } from '#records/items/block-device';
import { saveDevice } from '#records/methods/block-device';

/**
 * Sees to it that the volumes of a server are kept for it at its next host (nova.conductor.manager
 * `_validate_existing_attachment_ids`): a compute that gave the server back has deleted its attachments. Devices name
 * the new ones before the host is ordered. A repeat takes the attachment that an earlier run has made. Nothing is asked
 * where no volume service is named.
 *
 * @param devices items of the server's block devices
 * @returns the items as they are now
 * @throws CinderConnectionFailed, VolumeNotFound, InvalidInput
 */
export async function renewAttachments(
  services: Services,
  { cell, uuid, context }: { readonly cell: string; readonly uuid: string; readonly context: RequestContext },
  devices: readonly Item[],
): Promise<Item[]> {
  const { volumes } = services;
  if (volumes === undefined) return [...devices];
  const named = new Set(devices.flatMap((device) => blockDeviceItem(device).attachment_id ?? []));
  const renewed: Item[] = [];
  for (const item of devices) {
    const { uuid: device, attachment_id, volume_id, destination_type, deleted } = blockDeviceItem(item);
    const isVolume = destination_type === 'volume' && volume_id !== null && attachment_id !== null && !deleted;
    const held = isVolume ? { id: attachment_id, volumeId: volume_id, instanceId: uuid } : undefined;
    const id = held === undefined ? attachment_id : (await volumes.renewAttachment(context, held, named)).id;
    if (id === null || id === attachment_id) {
      renewed.push(item);
      continue;
    }
    named.add(id);
    const records = { ...services, context, cell: { name: cell, uuid: '' } };
    renewed.push(await saveDevice(records, uuid, device ?? '', { attachment_id: id }));
  }
  return renewed;
}
