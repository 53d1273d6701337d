import { RequestDocumentNotFound } from '#errors';
import { amountsOf, type Amounts } from '#conductor/quota';
import { flavorOf } from '#objects/request-spec/request-spec-facts';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import type { Item, Key, TableName } from '#ports/tables';
import { reserve } from '#records/quota-usage';
import { textOf } from '#wire/reading';
import { readRequest } from '#operations/request-document';
import type { BuildState } from './state.ts';

/** What a request counts. */
export interface RequestAmounts {
  readonly project: string;
  readonly user: string;
  /** Of one server. */
  readonly share: Amounts;
  readonly total: Amounts;
}

/** Reads what a request counts, and other items besides. As Nova does, the last server's flavor stands for all: an API sends one flavor per request. */
export async function requestAmounts(
  services: Services,
  state: BuildState,
  keys: readonly { readonly table: TableName; readonly key: Key }[] = [],
): Promise<RequestAmounts & { readonly others: readonly (Item | undefined)[] }> {
  const { common, servers, others } = await readRequest(services, state.request, state.uuids.slice(-1), keys);
  const [last] = servers;
  if (common === undefined || last === undefined) throw new RequestDocumentNotFound(state.request);
  const spec: JsonMap = last.document.request_spec['nova_object.data'];
  const flavor = flavorOf(spec);
  return {
    project: textOf(spec['project_id']) ?? common.context.project_id ?? '',
    user: common.context.user_id ?? '',
    share: amountsOf(1, flavor),
    total: amountsOf(state.uuids.length, flavor),
    others,
  };
}

const UNLIMITED: Amounts = { instances: -1, cores: -1, ram: -1 };

/**
 * Counts the servers of a request that fails, whatever the limits: they count until they are deleted. Once for all, since
 * a thousand servers that each count themselves would stand in each other's way at the one item of their project.
 */
export async function countAnyway(services: Services, state: BuildState): Promise<void> {
  const { project, share, total } = await requestAmounts(services, state);
  await reserve(services, state.request, { project, share }, total, UNLIMITED);
}
