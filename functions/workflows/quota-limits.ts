import { limitsOf, type Limits } from '#conductor/quota';
import { checkCloudQuota, countsInCloud, ownLimits } from '#operations/check-cloud-quota';
import type { Services } from '#ports/services';
import type { Item } from '#ports/tables';
import { API, quotaKey, quotaLimitsKey, userLimitsKey, userUsageKey } from '#records/keys';
import type { RequestAmounts } from './request-amounts.ts';

/** Whose limits are likely to be looked at. */
interface Asker {
  readonly project_id?: string | null;
  readonly user_id?: string | null;
}

/** Where the limits of a request lie, as far as its state says. */
export const likelyLimits = ({ project_id, user_id }: Asker) => limitKeys(project_id ?? '', user_id ?? undefined);

/** Where the usage of a request lies, as far as its state says. */
export const likelyUsage = ({ project_id, user_id }: Asker) => [
  { table: API, key: quotaKey(project_id ?? '') },
  { table: API, key: userUsageKey(project_id ?? '', user_id ?? '') },
];

/** Whether they are the limits and the usage of whoever a request counts for. */
export const isAsked = ({ project_id, user_id }: Asker, { project, user }: RequestAmounts): boolean =>
  project === project_id && user === (user_id ?? undefined);

/**
 * The limits that the deployment's own count of a request is held to, after its cloud's count.
 *
 * @param likely the items of likelyLimits
 * @throws TooManyInstances, ProjectOverLimit
 */
export async function limitsFor(
  services: Services,
  asker: Asker,
  amounts: RequestAmounts,
  likely: readonly (Item | undefined)[],
): Promise<Limits> {
  const { project, user, spec, total } = amounts;
  const [projectLimits, userLimits] = isAsked(asker, amounts)
    ? likely
    : await services.tables.batchGet(limitKeys(project, user));
  if (countsInCloud(services)) await checkCloudQuota(services, { project, user, spec, asked: total });
  return ownLimits(services, limitsOf(services.config.quota, projectLimits, userLimits));
}

const limitKeys = (project: string, user: string | undefined) => [
  { table: API, key: quotaLimitsKey(project) },
  ...(user === undefined ? [] : [{ table: API, key: userLimitsKey(project, user) }]),
];
