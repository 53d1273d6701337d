import { unmapInstance } from '#records/unmap-instance';
import { cellTable, instanceKey } from '#records/keys';
import { readRequest } from '#records/request-document';
import { returnShare } from '#records/quota-usage';
import type { Step } from '../step.ts';
import type { LaunchState, PlacedState } from './state.ts';

/**
 * Gives back what is held for a server that is not on its host: its claim; and where it never came to be, its share of
 * the reservation and what the API had made for it. A server in error that still names a host keeps its claim, as in
 * Nova, until it is deleted.
 */
export const releaseClaim: Step<LaunchState & Partial<PlacedState>> = async (services, { state }) => {
  const { server: uuid, request, cell } = state;
  const item = cell === undefined ? undefined : await services.tables.get(cellTable(cell), instanceKey(uuid));
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
