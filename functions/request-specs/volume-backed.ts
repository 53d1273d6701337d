import { setFields } from '#wire/wire';
import type { WireObject } from '#ports/json';
import type { Services } from '#ports/services';
import type { ItemOf } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { cellTable, instanceKey } from '#records/keys';
import { instanceItem, type StoredInstance } from '#records/items/instance';
import { blockDeviceItem } from '#records/items/block-device';

/**
 * A spec that says whether the server's root disk is a volume, so that no disk is claimed for it. Specs of servers from
 * before Rocky do not; then the server's devices decide (nova.compute.utils.heal_reqspec_is_bfv, without storing it).
 */
export async function withVolumeBacked(
  services: Pick<Services, 'tables'>,
  cell: string,
  spec: WireObject,
  instance: ItemOf<StoredInstance>,
): Promise<WireObject> {
  if (spec['nova_object.data']['is_bfv'] !== undefined) return spec;
  return setFields(spec, { is_bfv: await isVolumeBacked(services, cell, instance) });
}

/** Whether the root disk of a server is a volume, as its devices show. */
export async function isVolumeBacked(
  services: Pick<Services, 'tables'>,
  cell: string,
  instance: ItemOf<StoredInstance>,
): Promise<boolean> {
  const devices = await allPages(services.tables, cellTable(cell), {
    partition: instanceKey(instanceItem(instance).uuid).pk,
    sortPrefix: 'block-device#',
  });
  const root = devices.map(blockDeviceItem).find(({ boot_index, deleted }) => boot_index === 0 && !deleted);
  return root === undefined ? instanceItem(instance).image_ref === null : root.destination_type === 'volume';
}
