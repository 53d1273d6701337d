import { faultOf } from '#conductor/fault';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { existingInstances } from '#operations/existing-instances';
import { isOwned } from '#servers/existing-instance';
import { recordFault } from '#records/methods/instance-fault';
import {
  BUILD_REQUESTS,
  buildRequestKey,
  cellTable,
  instanceKey,
  instanceMappingKey,
  MAPPINGS,
  requestSpecKey,
} from '#records/keys';
import { readRequest, type CommonDocument } from '#operations/request-document';
import { unmapInstance } from '#servers/unmap-instance';
import { returnQuota } from '#records/instance-quota';
import { returnShare } from '#records/quota-usage';
import { endRecord, finishDeletion } from '#servers/finish-deletion';
import type { Ending, StepEvent } from '../step.ts';
import { withdrawClaims } from './claims.ts';
import type { LaunchState, PlacedState } from './state.ts';
import { instanceItem, isBeingDeleted } from '#records/items/instance';

/**
 * Gives back what is held for a server that is not on its host: its claim; and where it never came to be, its share of
 * the reservation and what the API had made for it. A server in error that still names a host keeps its claim, as in
 * Nova, until it is deleted.
 */
export async function releaseClaim(
  services: Services,
  event: StepEvent<LaunchState & Partial<PlacedState>>,
): Promise<Ending> {
  const { state, execution } = event;
  const { server: uuid, cell } = state;
  if (state.entry === 'existing' && cell === undefined) return giveUpExisting(services, state, execution);
  const item = cell === undefined ? undefined : await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (cell !== undefined && item !== undefined) await explain(services, event, cell, item);
  if (cell !== undefined && item !== undefined && !instanceItem(item).deleted && isBeingDeleted(item)) {
    const { common } = await readRequest(services, state.request, []);
    if (common !== undefined) {
      await finishDeletion(services, { cell, item, context: common.context, execution });
      if (instanceItem(item).host === null) await giveDevicesBack(services, item, common);
    }
    return { outcome: 'deleted' };
  }
  if (item !== undefined && !instanceItem(item).deleted && instanceItem(item).host !== null)
    return { outcome: 'error' };
  if (item !== undefined) {
    await services.placement.release(uuid);
    // A run before may have died between the end of the record and that of its usage.
    if (cell !== undefined && instanceItem(item).deleted) await returnQuota(services, cellTable(cell), item);
    if (services.accelerators !== undefined) {
      const { common } = await readRequest(services, state.request, []);
      if (common !== undefined) await giveDevicesBack(services, item, common);
    }
    return { outcome: instanceItem(item).deleted ? 'deleted' : 'error' };
  }
  await withdraw(services, state, execution);
  await unmapInstance(services, uuid);
  return { outcome: 'deleted' };
}

/** Takes back the claim of a server that never came to be built here, and what it counts. */
async function withdraw(
  services: Services,
  state: LaunchState,
  execution: string,
): Promise<CommonDocument | undefined> {
  const { server: uuid, request } = state;
  await withdrawClaims(services, state, execution);
  const { common, reservation } = await readRequest(services, request, []);
  if (reservation !== undefined) await returnShare(services, request, uuid, reservation);
  return common;
}

/**
 * Gives up a server that its API had recorded and that could not be taken over. Without its build request it was
 * deleted by its user: its record, its mapping and its request spec go, where nobody else is at work on it. Otherwise
 * it has vanished, or is another request's, and is left as it is.
 */
async function giveUpExisting(services: Services, state: LaunchState, execution: string): Promise<Ending> {
  const { server: uuid } = state;
  const common = await withdraw(services, state, execution);
  const buildRequest = await services.tables.get(BUILD_REQUESTS, buildRequestKey(uuid));
  const [found] = await existingInstances(services, [uuid]);
  if (buildRequest !== undefined || (found !== undefined && isOwned(found.item))) return { outcome: 'skipped' };
  if (found !== undefined) {
    const { item, cell } = found;
    const { deleted, vm_state } = instanceItem(item);
    if (!deleted && (common === undefined || vm_state !== 'building')) return { outcome: 'skipped' };
    const ending = { cell: cell.name, item, execution: `user-deleted-${execution}` };
    if (common !== undefined) await endRecord(services, { ...ending, context: common.context });
  }
  await services.tables.delete(MAPPINGS, instanceMappingKey(uuid));
  await services.tables.delete(BUILD_REQUESTS, requestSpecKey(uuid));
  return { outcome: 'deleted' };
}

/**
 * A compute that starts anew sets what it had been building to error and says nothing (ComputeManager
 * `_init_instance`).
 */
async function explain(
  services: Services,
  { state, execution }: StepEvent<LaunchState>,
  cell: string,
  item: Item,
): Promise<void> {
  if (instanceItem(item).vm_state !== 'error' || instanceItem(item).deleted) return;
  const { items } = await services.tables.query(cellTable(cell), {
    partition: item.pk,
    sortPrefix: 'fault#',
    limit: 1,
  });
  const { common } = await readRequest(services, state.request, []);
  if (items.length > 0 || common === undefined) return;
  const records = { ...services, context: common.context, cell: { name: cell, uuid: '' }, writer: execution };
  const message = `Build of instance ${state.server} was interrupted on host ${instanceItem(item).host ?? ''}`;
  const fault = faultOf({ name: 'BuildAbortException', message });
  await recordFault(records, { instance_uuid: state.server, host: services.config.host, ...fault });
}

/** The devices of a server that is on no host. */
async function giveDevicesBack(
  services: Services,
  item: Item,
  { context, requested_networks: requestedNetworks }: CommonDocument,
): Promise<void> {
  const { releaseDevices } = await import('#operations/accelerator-requests');
  await releaseDevices(services, { context, item, requestedNetworks });
}
