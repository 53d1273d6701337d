import { all, equals, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { computeNodeItem } from '#records/items/compute-node';
import { offered, serviceItem, type ServiceItem } from '#records/items/service';
import { cellTable } from '#records/keys';

/**
 * Has the scheduler leave out the nodes of a host whose compute service is disabled, and find them again once it
 * is not. What placement was asked is noted on the service, so a heartbeat costs nothing; a repeat of a call that
 * died in between asks it again.
 */
export async function offerCapacity(
  { placement, tables }: Pick<Services, 'placement' | 'tables'>,
  cell: string,
  service: Item,
): Promise<void> {
  const { binary, disabled, host, offered: noted } = serviceItem(service);
  if (host === null || binary !== 'nova-compute' || noted === !disabled) return;
  const query = { index: 'by-host', partition: host, sortPrefix: 'compute-node#' };
  const nodes = await allPages(tables, cellTable(cell), query);
  const uuids = nodes.flatMap((node) => computeNodeItem(node).uuid ?? []);
  await Promise.all(uuids.map((uuid) => placement.offer(uuid, !disabled)));
  const { pk, sk } = service;
  const unchanged = all(exists, equals<ServiceItem>('disabled', disabled));
  try {
    await tables.update(cellTable(cell), { pk, sk }, { set: offered(!disabled) }, unchanged);
  } catch (error) {
    // Whoever has changed it meanwhile asks placement too.
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
