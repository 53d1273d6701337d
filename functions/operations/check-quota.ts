import { TooManyInstances } from '#errors';
import { checkNumInstances, limitsOf, type Amounts, type Bound } from '#conductor/quota';
import type { Services } from '#ports/services';
import type { Key } from '#ports/tables';
import { API, quotaKey, quotaLimitsKey, userLimitsKey, userUsageKey } from '#records/keys';
import { quotaLimitsItem } from '#records/items/quota-limits';
import { usageItem } from '#records/items/quota-usage';

/** Servers that somebody means to ask for. */
export interface Asking {
  readonly project: string;
  /** Whose own limits count besides; absent: nobody's. */
  readonly user?: string | undefined;
  readonly flavor: { readonly vcpus: number; readonly memory_mb: number };
  /** Fewer than this many are of no use. */
  readonly min: number;
  readonly max: number;
}

/**
 * How many of the servers the project may have now: the first check of a request, before anything is made of it. What
 * the workflow then reserves is another matter (build/recheck-quota.ts): meanwhile others may have asked.
 *
 * @throws TooManyInstances when not even the least number fits
 */
export async function checkNumInstancesQuota(
  services: Pick<Services, 'tables'>,
  defaults: Amounts,
  { project, user, flavor, min, max }: Asking,
): Promise<number> {
  const bounds = await boundsOf(services, defaults, project, user);
  const verdict = checkNumInstances(bounds, flavor, { min, max });
  if (verdict.kind === 'over') throw new TooManyInstances(verdict.texts);
  return verdict.instances;
}

/** What a project may use and uses, and the same of one of its users. */
async function boundsOf(
  services: Pick<Services, 'tables'>,
  defaults: Amounts,
  project: string,
  user?: string,
): Promise<readonly Bound[]> {
  const own = user === undefined ? [] : [of(userUsageKey(project, user)), of(userLimitsKey(project, user))];
  const [usage, projects, used, users] = await services.tables.batchGet([
    of(quotaKey(project)),
    of(quotaLimitsKey(project)),
    ...own,
  ]);
  const limits = limitsOf(defaults, projects && quotaLimitsItem(projects), users && quotaLimitsItem(users));
  const bound = { limits: limits.project, usage: usageItem(usage ?? {}) };
  return user === undefined ? [bound] : [bound, { limits: limits.user, usage: usageItem(used ?? {}) }];
}

const of = (key: Key) => ({ table: API, key });
