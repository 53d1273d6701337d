import { BuildRequestNotFound, NovaError, RequestDocumentNotFound } from '#errors';
import type { Limits } from '#conductor/quota';
import type { Services } from '#ports/services';
import { TransactionRefused, type Action, type Item } from '#ports/tables';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey } from '#records/keys';
import { keepsToken } from '#operations/waiting-task';
import { operationNames, operationState } from '#records/operation';
import { quotaHold } from '#records/instance-quota';
import { countWithin, overLimits } from '#records/quota-usage';
import { notifyNewInstance } from '#records/state-update';
import { amountsOfServers, type RequestAmounts } from '../request-amounts.ts';
import { isAsked, likelyLimits, likelyUsage, limitsFor } from '../quota-limits.ts';
import { recordingOf, refusalOf, type Recording } from './commit-to-cell.ts';
import { launchRequest, type LaunchRequest } from './requested.ts';
import type { PlacedState } from './state.ts';

const LAUNCH = operationNames('launch');

/** What an order is made of. */
export interface Ordered extends Pick<LaunchRequest, 'common' | 'requested'> {
  readonly item: Item;
  /** What lies beside it: its devices and tags among them. */
  readonly parts: readonly Item[];
}

/**
 * Records the one server of a request with the token that waits for its host, and counts it, in one transaction
 * (nova.conductor.manager `schedule_and_build_instances`): two requests that race cannot both take the last place.
 *
 * @returns undefined when an earlier run has recorded it
 * @throws BuildRequestNotFound when the user deleted the server
 * @throws TooManyInstances, ProjectOverLimit
 * @throws InstanceExists when the uuid is another server's
 */
export async function recordForOrder(
  services: Services,
  state: PlacedState,
  execution: string,
  token: string,
): Promise<Ordered | undefined> {
  const { server: uuid, cell, cell_uuid = '', attempt } = state;
  const { recheckQuota } = services.config;
  const request = await launchRequest(
    services,
    state,
    recheckQuota ? [...likelyUsage(state), ...likelyLimits(state)] : [],
  );
  const { common, requested } = request;
  const [selection] = requested.selections ?? [];
  if (selection === undefined) throw new RequestDocumentNotFound(state.request);
  const counted = recheckQuota ? await counting(services, state, execution, request) : undefined;
  if (counted === 'recorded') return undefined;
  const bookkeeping = {
    ...quotaHold(counted?.amounts),
    [LAUNCH.attempt]: attempt,
    [LAUNCH.orderedAt]: services.clock.now(),
  };
  const server = { cell: { name: cell, uuid: cell_uuid }, common, requested, selection, bookkeeping };
  const recording = await recordingOf(services, state, execution, server);
  try {
    const waits = keepsToken({ operation: 'launch', uuid, execution, token, attempt }, services.clock.now());
    await services.tables.transact([...recording.actions, ...(counted?.actions ?? []), { kind: 'update', ...waits }]);
  } catch (error) {
    if (!(error instanceof TransactionRefused)) throw error;
    const refusal = refusalOf(uuid, execution, error);
    if (refusal === undefined) return undefined;
    throw refusal === error && counted !== undefined ? overQuota(counted, recording, error) : refusal;
  }
  await notifyNewInstance(services, recording.item, common.context);
  return { common, requested, item: recording.item, parts: recording.parts };
}

/** What a server counts, and the writes that count it within its limits. */
interface Counting {
  readonly amounts: RequestAmounts;
  readonly limits: Limits;
  readonly actions: readonly Action[];
}

/** What counts a server; `recorded` for one that an earlier run has recorded, when there is room for no more. */
async function counting(
  services: Services,
  state: PlacedState,
  execution: string,
  { common, requested, others }: LaunchRequest,
): Promise<Counting | 'recorded'> {
  const amounts = amountsOfServers(requested, common.context, 1);
  try {
    const [project, user, ...limited] = others;
    const limits = await limitsFor(services, state, amounts, limited);
    const used = isAsked(state, amounts) ? [project, user] : [];
    return { amounts, limits, actions: countWithin(amounts, amounts.total, limits, used) };
  } catch (error) {
    if (!(error instanceof NovaError)) throw error;
    const { server: uuid, cell } = state;
    const [item, buildRequest] = await services.tables.batchGet([
      { table: cellTable(cell), key: instanceKey(uuid) },
      { table: BUILD_REQUESTS, key: buildRequestKey(uuid) },
    ]);
    if (item !== undefined && operationState(item, 'launch').owner === execution) return 'recorded';
    throw buildRequest === undefined ? new BuildRequestNotFound({ uuid }, { cause: error }) : error;
  }
}

const overQuota = ({ amounts, limits }: Counting, { actions }: Recording, { refusals }: TransactionRefused): Error =>
  overLimits(amounts, amounts.total, limits, refusals.slice(actions.length));
