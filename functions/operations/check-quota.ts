import { TooManyInstances } from '#errors';
import { checkNumInstances, effectiveLimits, type Amounts } from '#conductor/quota';
import type { Services } from '#ports/services';
import { API, quotaKey, quotaLimitsKey, userLimitsKey } from '#records/keys';
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
 * How many of the servers the project may have now: the first check of a request, before anything is made of it. What the
 * workflow then reserves is another matter (build/recheck-quota.ts): meanwhile others may have asked.
 *
 * @throws TooManyInstances when not even the least number fits
 */
export async function checkNumInstancesQuota(
  services: Pick<Services, 'tables'>,
  defaults: Amounts,
  { project, user, flavor, min, max }: Asking,
): Promise<number> {
  const [usage, limits, users] = await services.tables.batchGet([
    { table: API, key: quotaKey(project) },
    { table: API, key: quotaLimitsKey(project) },
    ...(user === undefined ? [] : [{ table: API, key: userLimitsKey(project, user) }]),
  ]);
  const verdict = checkNumInstances(
    effectiveLimits(defaults, limits && quotaLimitsItem(limits), users && quotaLimitsItem(users)),
    usage === undefined ? NOTHING : usageItem(usage),
    flavor,
    { min, max },
  );
  if (verdict.kind === 'over') throw new TooManyInstances(verdict.texts);
  return verdict.servers;
}

const NOTHING: Amounts = { instances: 0, cores: 0, ram: 0 };
