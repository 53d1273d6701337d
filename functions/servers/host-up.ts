import { ComputeHostNotFound, ComputeServiceUnavailable } from '#errors';
import type { Services } from '#ports/services';
import { cellTable, serviceKey } from '#records/keys';
import { serviceItem } from '#records/items/service';

/**
 * Makes sure that the compute service of a host is up (nova.conductor.tasks.live_migrate `_check_host_is_up`). While
 * our own queue lags nobody counts as down: the host is asked next in any case.
 *
 * @throws ComputeHostNotFound for a host without a compute service
 * @throws ComputeServiceUnavailable
 */
export async function mustBeUp(
  services: Pick<Services, 'tables' | 'serviceGroup'>,
  cell: string,
  host: string,
): Promise<void> {
  const service = await services.tables.get(cellTable(cell), serviceKey(host, 'nova-compute'));
  if (service === undefined || serviceItem(service).deleted) throw new ComputeHostNotFound({ host });
  if ((await services.serviceGroup.verdict(cell, host)).liveness === 'down')
    throw new ComputeServiceUnavailable({ host });
}
