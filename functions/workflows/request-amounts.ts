import { RequestDocumentNotFound } from '#errors';
import { NO_LIMITS, times, type Amounts } from '#conductor/quota';
import type { Services } from '#ports/services';
import type { RequestContext } from '#ports/context';
import type { JsonMap } from '#ports/json';
import type { Item, Key, TableName } from '#ports/tables';
import { reserve, type Reservation } from '#records/quota-usage';
import { readRequest, type RequestedInstance } from '#operations/request-document';
import { fieldsOf } from '#wire/reading';
import { shareOf } from '#servers/instance-share';

/** A request whose servers count together. */
export interface CountedRequest {
  /** Key of its items. */
  readonly request: string;
  readonly uuids: readonly string[];
}

/** What a request counts. */
export interface RequestAmounts extends Reservation {
  readonly total: Amounts;
  /** Data of the RequestSpec of the server whose flavor stands for all. */
  readonly spec: JsonMap;
}

/**
 * Reads what a request counts, and other items besides. As Nova does, the last server's flavor stands for all: an API
 * sends one flavor per request.
 */
export async function requestAmounts(
  services: Services,
  state: CountedRequest,
  keys: readonly { readonly table: TableName; readonly key: Key }[] = [],
): Promise<RequestAmounts & { readonly others: readonly (Item | undefined)[] }> {
  const { common, instances, others } = await readRequest(services, state.request, state.uuids.slice(-1), keys);
  const [last] = instances;
  if (common === undefined || last === undefined) throw new RequestDocumentNotFound(state.request);
  return { ...amountsOfServers(last, common.context, state.uuids.length), others };
}

/** What so many servers count that are like this one. */
export function amountsOfServers(
  instance: RequestedInstance,
  context: RequestContext,
  servers: number,
): RequestAmounts {
  const reservation = shareOf(instance, context);
  const spec = fieldsOf(instance.document.request_spec);
  return { ...reservation, total: times(reservation.share, servers), spec };
}

/**
 * Counts the servers of a request that fails, whatever the limits: they count until they are deleted. Once for all,
 * since a thousand servers that each count themselves would stand in each other's way at the one item of their project.
 */
export async function countAnyway(services: Services, state: CountedRequest): Promise<void> {
  const { total, project, user, share } = await requestAmounts(services, state);
  await reserve(services, state.request, { project, user, share }, total, NO_LIMITS);
}
