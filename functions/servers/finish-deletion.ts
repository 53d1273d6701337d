import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { instanceItem } from '#records/items/instance';
import { instanceOf } from '#records/instance-item';
import { destroyInstance } from '#records/instance-destroy';
import { cellTable, instanceKey } from '#records/keys';
import { returnQuota } from '#records/quota-usage';

/**
 * Ends the work on a server that its user deletes: one that is on no host is gone at once, with all that it holds; the
 * host that has any other was ordered to delete it.
 */
export async function finishDeletion(
  services: Services,
  deleted: { readonly cell: string; readonly item: Item; readonly context: RequestContext; readonly execution: string },
): Promise<void> {
  const { cell, item, context, execution } = deleted;
  const { uuid, host } = instanceItem(item);
  services.log.info('its user deletes the server: nothing more is done for it', { instance: uuid, cell, host });
  if (host !== null) return;
  const records = { ...services, context, cell: { name: cell, uuid: '' }, writer: `deleted-${execution}` };
  await destroyInstance(records, instanceOf(item, []));
  await services.placement.release(uuid);
  const gone = await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (gone !== undefined) await returnQuota(services, cellTable(cell), gone);
}
