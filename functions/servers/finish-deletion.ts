import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { instanceItem } from '#records/items/instance';
import { instanceOf } from '#records/instance-item';
import { destroyInstance } from '#records/instance-destroy';
import { cellTable } from '#records/keys';
import { returnQuota } from '#records/instance-quota';

/** A server that is deleted, as it is recorded. */
interface Ending {
  /** Name of the cell. */
  readonly cell: string;
  readonly item: Item;
  readonly context: RequestContext;
  readonly execution: string;
}

/**
 * Ends the work on a server that its user deletes: one that is on no host is gone at once, with all that it holds; the
 * host that has any other was ordered to delete it. A repeat goes on where the one before has died.
 */
export async function finishDeletion(services: Services, deleted: Ending): Promise<void> {
  const { cell, item, execution } = deleted;
  const { uuid, host } = instanceItem(item);
  services.log.info('its user deletes the server: nothing more is done for it', { instance: uuid, cell, host });
  if (host !== null) return;
  await endRecord(services, { ...deleted, execution: `deleted-${execution}` });
  await services.placement.release(uuid);
}

/** Destroys the record of a server, unless it is destroyed already, and gives back what it counts. */
export async function endRecord(services: Services, { cell, item, context, execution }: Ending): Promise<void> {
  const records = { ...services, context, cell: { name: cell, uuid: '' }, writer: execution };
  if (!instanceItem(item).deleted) await destroyInstance(records, instanceOf(item, []));
  const gone = await services.tables.get(cellTable(cell), { pk: item.pk, sk: item.sk });
  if (gone !== undefined) await returnQuota(services, cellTable(cell), gone);
}
