import { InstanceNotFound } from '#errors';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { instanceItem } from '#records/items/instance';

/**
 * The live record of a server.
 *
 * @throws InstanceNotFound
 */
export async function serverItem(services: Pick<Services, 'tables'>, cell: string, uuid: string): Promise<Item> {
  const item = await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (item === undefined || instanceItem(item).deleted) throw new InstanceNotFound({ instance_id: uuid });
  return item;
}
