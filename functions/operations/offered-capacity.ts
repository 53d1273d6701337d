import { all, equals, exists } from '#ports/conditions';
import type { Services } from '#ports/services';
import { ConditionFailed, type Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { computeNodeItem } from '#records/items/compute-node';
import { offered, serviceItem, type ServiceItem } from '#records/items/service';
import { cellTable } from '#records/keys';

/**
 * Has the scheduler leave out the nodes of a host whose compute service is disabled, and find them again once it is not. What
 * placement was told is noted on the service, so a heartbeat costs nothing; a repeat of a call that died in between
 * tells it again.
 */
export async function offerCapacity(
  { placement, tables }: Pick<Services, 'placement' | 'tables'>,
  cell: string,
  service: Item,
): Promise<void> {
  const { binary, disabled, host, offered: told } = serviceItem(service);
  if (host === null || binary !== 'nova-compute' || told === !disabled) return;
  const query = { index: 'by-host', partition: host, sortPrefix: 'compute-node#' };
  const nodes = (await allPages(tables, cellTable(cell), query)).map(computeNodeItem);
  await Promise.all(nodes.map(({ uuid }) => (uuid === null ? undefined : placement.offer(uuid, !disabled))));
  const { pk, sk } = service;
  const unchanged = all(exists, equals<ServiceItem>('disabled', disabled));
  try {
    await tables.update(cellTable(cell), { pk, sk }, { set: offered(!disabled) }, unchanged);
  } catch (error) {
    // Whoever has changed it meanwhile tells placement too.
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
