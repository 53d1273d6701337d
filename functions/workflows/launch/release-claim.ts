import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { existingServers, isOwned } from '#records/existing-server';
import { destroyInstance } from '#records/instance-destroy';
import { instanceOf } from '#records/instance-item';
import {
  BUILD_REQUESTS,
  buildRequestKey,
  cellTable,
  instanceKey,
  instanceMappingKey,
  MAPPINGS,
  requestSpecKey,
} from '#records/keys';
import { readRequest, type CommonDocument } from '#records/request-document';
import { unmapInstance } from '#records/unmap-instance';
import { returnShare } from '#records/quota-usage';
import type { Step } from '../step.ts';
import type { LaunchState, PlacedState } from './state.ts';

/**
 * Gives back what is held for a server that is not on its host: its claim; and where it never came to be, its share of
 * the reservation and what the API had made for it. A server in error that still names a host keeps its claim, as in
 * Nova, until it is deleted.
 */
export const releaseClaim: Step<LaunchState & Partial<PlacedState>> = async (services, { state, execution }) => {
  const { server: uuid, cell } = state;
  if (state.entry === 'existing' && cell === undefined) return giveUpExisting(services, state, execution);
  const item = cell === undefined ? undefined : await services.tables.get(cellTable(cell), instanceKey(uuid));
  if (item !== undefined && item['deleted'] !== true && (item['host'] ?? null) !== null) return { outcome: 'error' };
  if (item !== undefined) {
    await services.placement.release(uuid);
    return { outcome: item['deleted'] === true ? 'deleted' : 'error' };
  }
  await withdraw(services, state);
  await unmapInstance(services, uuid);
  return { outcome: 'deleted' };
};

/** Takes back the claim of a server that never came to be built here, and what it counts. */
async function withdraw(
  services: Services,
  { server: uuid, request }: LaunchState,
): Promise<CommonDocument | undefined> {
  await services.placement.withdraw([uuid], request);
  const { common, reservation } = await readRequest(services, request, []);
  if (reservation !== undefined) await returnShare(services, request, uuid, reservation);
  return common;
}

/**
 * Gives up a server that its API had recorded and that could not be taken over. Without its build request it was deleted
 * by its user: its record, its mapping and its request spec go, where nobody else is at work on it. Otherwise it has
 * vanished, or is another request's, and is left as it is.
 */
async function giveUpExisting(services: Services, state: LaunchState, execution: string): Promise<JsonMap> {
  const { server: uuid } = state;
  const common = await withdraw(services, state);
  const buildRequest = await services.tables.get(BUILD_REQUESTS, buildRequestKey(uuid));
  const [found] = await existingServers(services, [uuid]);
  const { item, cell } = found ?? {};
  if (buildRequest !== undefined || (item !== undefined && isOwned(item))) return { outcome: 'skipped' };
  if (item !== undefined && item['deleted'] !== true) {
    if (common === undefined || cell === undefined || item['vm_state'] !== 'building') return { outcome: 'skipped' };
    const records = { ...services, context: common.context, cell, writer: `user-deleted-${execution}` };
    await destroyInstance(records, instanceOf(item, []));
  }
  await services.tables.delete(MAPPINGS, instanceMappingKey(uuid));
  await services.tables.delete(BUILD_REQUESTS, requestSpecKey(uuid));
  return { outcome: 'deleted' };
}
