import { RequestDocumentNotFound } from '#errors';
import { amountsOf, effectiveLimits, type Amounts } from '#conductor/quota';
import type { JsonMap } from '#ports/json';
import type { Services } from '#ports/services';
import { API, quotaLimitsKey, userLimitsKey } from '#records/keys';
import { reserve, unreserve } from '#records/quota-usage';
import { textOf } from '#records/reading';
import { readRequest } from '#records/request-document';
import { flavorOf } from '#objects/request-spec-facts';
import type { Step } from '../step.ts';
import type { BuildState } from './state.ts';

/**
 * Reserves instances, cores and ram for the whole request before any server is recorded (conductor.md section 14.3). What
 * Nova counts after the fact and then fails, cannot come about: two requests that race cannot both reserve the last place.
 *
 * @throws TooManyInstances
 */
export const recheckQuota: Step<BuildState> = async (services, { state }) => {
  if (!services.config.recheckQuota) return state;
  const { project, user, share, total } = await amounts(services, state);
  const [projectLimits, userLimits] = await services.tables.batchGet([
    { table: API, key: quotaLimitsKey(project) },
    { table: API, key: userLimitsKey(project, user) },
  ]);

  const limits = effectiveLimits(services.config.quota, projectLimits, userLimits);
  await reserve(services, state.request, { project, share }, total, limits);
  return state;
};

/** Undo: the reservation is given back, if it was made. */
export const undoRecheckQuota: Step<BuildState> = async (services, { state }) => {
  if (!services.config.recheckQuota) return;
  const { project, total } = await amounts(services, state);
  await unreserve(services, state.request, project, total);
};

/** As Nova does, the last server's flavor stands for all: an API sends one flavor per request. */
async function amounts(
  services: Services,
  state: BuildState,
): Promise<{ project: string; user: string; share: Amounts; total: Amounts }> {
  const { common, servers } = await readRequest(services, state.request, state.uuids.slice(-1));
  const [last] = servers;
  if (common === undefined || last === undefined) throw new RequestDocumentNotFound(state.request);
  const spec: JsonMap = last.document.request_spec['nova_object.data'];
  const flavor = flavorOf(spec);
  return {
    project: textOf(spec['project_id']) ?? common.context.project_id ?? '',
    user: common.context.user_id ?? '',
    share: amountsOf(1, flavor),
    total: amountsOf(state.uuids.length, flavor),
  };
}
