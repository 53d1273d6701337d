import { faultOf } from '#conductor/fault';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { recordFault } from '#records/instance-fault';
import { unmapInstance } from '#records/unmap-instance';
import { cellTable, instanceKey } from '#records/keys';
import { readRequest } from '#records/request-document';
import { returnShare } from '#records/quota-usage';
import { plainText } from '#records/reading';
import type { Step, StepEvent } from '../step.ts';
import type { LaunchState, PlacedState } from './state.ts';

/**
 * Gives back what is held for a server that is not on its host: its claim; and where it never came to be, its share of
 * the reservation and what the API had made for it. A server in error that still names a host keeps its claim, as in
 * Nova, until it is deleted.
 */
export const releaseClaim: Step<LaunchState & Partial<PlacedState>> = async (services, event) => {
  const { server: uuid, request, cell } = event.state;
  const item = cell === undefined ? undefined : await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (cell !== undefined && item !== undefined) await explain(services, event, cell, item);
  if (item !== undefined && item['deleted'] !== true && (item['host'] ?? null) !== null) return { outcome: 'error' };
  if (item !== undefined) {
    await services.placement.release(uuid);
    return { outcome: item['deleted'] === true ? 'deleted' : 'error' };
  }
  await services.placement.withdraw([uuid], request);
  const { reservation } = await readRequest(services, request, []);
  if (reservation !== undefined) await returnShare(services, request, uuid, reservation);
  await unmapInstance(services, uuid);
  return { outcome: 'deleted' };
};

/** A compute that starts anew sets what it had been building to error and says nothing (ComputeManager `_init_instance`). */
async function explain(
  services: Services,
  { state, execution }: StepEvent<LaunchState>,
  cell: string,
  item: Item,
): Promise<void> {
  if (item['vm_state'] !== 'error' || item['deleted'] === true) return;
  const { items } = await services.tables.query(cellTable(cell), {
    partition: item.pk,
    sortPrefix: 'fault#',
    limit: 1,
  });
  const { common } = await readRequest(services, state.request, []);
  if (items.length > 0 || common === undefined) return;
  const records = { ...services, context: common.context, cell: { name: cell, uuid: '' }, writer: execution };
  const message = `Build of instance ${state.server} was interrupted on host ${plainText(item['host'])}`;
  const fault = faultOf({ name: 'BuildAbortException', message });
  await recordFault(records, { instance_uuid: state.server, host: services.config.host, ...fault });
}
