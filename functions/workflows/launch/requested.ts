import { RequestDocumentNotFound } from '#errors';
import type { Services } from '#ports/services';
import type { Item, Key, TableName } from '#ports/tables';
import type { Reservation } from '#records/quota-usage';
import { readRequest, type CommonDocument, type RequestedInstance } from '#operations/request-document';
import type { LaunchState, PlacedState } from './state.ts';

/** What a launch knows of its request. */
export interface LaunchRequest {
  readonly common: CommonDocument;
  /** Its server, with what was chosen for it, wherever that was noted. */
  readonly requested: RequestedInstance;
  readonly reservation: Reservation | undefined;
  readonly others: readonly (Item | undefined)[];
}

/**
 * Reads what a launch was asked for, and other items besides, in one request.
 *
 * @throws RequestDocumentNotFound
 */
export async function launchRequest(
  services: Services,
  { server, request, selections }: LaunchState & Pick<Partial<PlacedState>, 'selections'>,
  others: readonly { readonly table: TableName; readonly key: Key }[] = [],
): Promise<LaunchRequest> {
  const { common, instances, ...read } = await readRequest(services, request, [server], others);
  const [instance] = instances;
  if (common === undefined || instance === undefined) throw new RequestDocumentNotFound(request);
  const requested = selections === undefined ? instance : { ...instance, selections };
  return { common, requested, ...read };
}
