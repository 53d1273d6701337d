import { ProjectOverLimit, TooManyInstances } from '#errors';
import {
  exceeded,
  limitsOf,
  NO_LIMITS,
  NO_INSTANCES,
  tooMany,
  type Amounts,
  type Bound,
  type Limits,
} from '#conductor/quota';
import { limitNames, overLimits, overLimitTexts, usageByLimit } from '#conductor/unified-limits';
import { resourceRequest } from '#placement/resource-request';
import type { JsonMap } from '#ports/json';
import type { Resources } from '#ports/placement';
import type { Services } from '#ports/services';
import { quotaLimitsItem } from '#records/items/quota-limits';
import { usageItem } from '#records/items/quota-usage';
import { API, quotaKey, quotaLimitsKey, userLimitsKey } from '#records/keys';

type Store = Pick<Services, 'config' | 'cloudQuota' | 'tables'>;

/** A request whose servers have their claims already. */
export interface ClaimedRequest {
  readonly project: string;
  readonly user?: string | undefined;
  /** Data of the RequestSpec of one of its servers. */
  readonly spec: JsonMap;
  /** What it asks for; nothing for a server that counts already. */
  readonly asked: Amounts;
}

/** Whether usage is counted by the records of a cloud. */
export const countsInCloud = ({ config, cloudQuota }: Pick<Store, 'config' | 'cloudQuota'>): boolean =>
  config.recheckQuota &&
  cloudQuota !== undefined &&
  (config.quotaDriver === 'unified' || config.countUsageFromPlacement);

/** The limits that the deployment's own count is held to where a cloud counts the rest. */
export function ownLimits({ config }: Pick<Store, 'config'>, limits: Limits): Limits {
  if (config.quotaDriver === 'unified') return NO_LIMITS;
  if (!config.countUsageFromPlacement) return limits;
  return { project: instancesAlone(limits.project), user: instancesAlone(limits.user) };
}

const instancesAlone = ({ instances }: Amounts): Amounts => ({ instances, cores: -1, ram: -1 });

/**
 * Holds what a project uses, this request's claims among it, to its limits, where usage is counted from Placement or
 * limits are those of Keystone (nova.quota, nova.limits.placement). It asks nothing where neither is so.
 *
 * @throws TooManyInstances, ProjectOverLimit; UsagesRetrievalFailed when Placement refuses to say; ServiceUnusable
 *   while
 * Placement or Keystone is away
 */
export async function checkCloudQuota(services: Store, request: ClaimedRequest): Promise<void> {
  const { cloudQuota, config } = services;
  if (cloudQuota === undefined || !countsInCloud(services)) return;
  if (config.quotaDriver === 'unified') await checkUnified({ ...services, cloudQuota }, request);
  else await checkCounted({ ...services, cloudQuota }, request);
}

type CloudStore = Store & Required<Pick<Store, 'cloudQuota'>>;

async function checkUnified({ tables, config, cloudQuota }: CloudStore, request: ClaimedRequest): Promise<void> {
  const { project, spec, asked } = request;
  const classes = classesOf(spec);
  const [item, resources, limits] = await Promise.all([
    tables.get(API, quotaKey(project)),
    cloudQuota.usages(project),
    cloudQuota.limits(project, limitNames(classes)),
  ]);
  const instances = usageItem(item ?? {}).instances + asked.instances;
  const reading = {
    strategy: config.unifiedLimitsStrategy,
    named: config.unifiedLimitsResources,
    countsDedicated: config.unifiedLimitsCountPcpuAsVcpu,
  };
  const over = overLimits(usageByLimit(classes, { servers: instances, resources }, reading), limits, reading);
  if (over.length > 0) throw new ProjectOverLimit({ project_id: project, over: overLimitTexts(over) });
}

async function checkCounted({ tables, config, cloudQuota }: CloudStore, request: ClaimedRequest): Promise<void> {
  const { project, user, asked } = request;
  const own = user === undefined ? [] : [{ table: API, key: userLimitsKey(project, user) }];
  const [ofProject, ofUser] = await tables.batchGet([{ table: API, key: quotaLimitsKey(project) }, ...own]);
  const limits = limitsOf(config.quota, ofProject && quotaLimitsItem(ofProject), ofUser && quotaLimitsItem(ofUser));
  const bounds: Bound[] = [{ limits: limits.project, usage: amountsIn(await cloudQuota.usages(project)) }];
  if (user !== undefined && ofUser !== undefined)
    bounds.push({ limits: limits.user, usage: amountsIn(await cloudQuota.usages(project, user)) });
  if (exceeded(bounds, NO_INSTANCES).length > 0) throw new TooManyInstances(tooMany(bounds, NO_INSTANCES, asked));
}

/** Servers are counted by their records; Placement knows of their resources alone. */
const amountsIn = (resources: Resources): Amounts => ({
  instances: 0,
  cores: (resources['VCPU'] ?? 0) + (resources['PCPU'] ?? 0),
  ram: resources['MEMORY_MB'] ?? 0,
});

const classesOf = (spec: JsonMap): string[] => {
  const groups = [...resourceRequest(spec).groups.values()];
  return [...new Set(groups.flatMap(({ resources }) => Object.keys(resources)))].toSorted();
};
