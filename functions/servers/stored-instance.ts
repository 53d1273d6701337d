import { InstanceNotFound } from '#errors';
import type { Services } from '#ports/services';
import type { ItemOf } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { instanceItem, type InstanceItem, type StoredInstance } from '#records/items/instance';

/**
 * The live record of a server as it is stored, of which an Instance is made.
 *
 * @throws InstanceNotFound
 */
export async function storedInstance(
  services: Pick<Services, 'tables'>,
  cell: string,
  uuid: string,
): Promise<ItemOf<StoredInstance>> {
  const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (item === undefined || instanceItem(item).deleted) throw new InstanceNotFound({ instance_id: uuid });
  return item;
}

/**
 * The attributes of a live server.
 *
 * @throws InstanceNotFound
 */
export const liveInstance = async (
  services: Pick<Services, 'tables'>,
  cell: string,
  uuid: string,
): Promise<InstanceItem> => instanceItem(await storedInstance(services, cell, uuid));
