/** What quotas count (conductor.md section 14.3). */
export const COUNTED = ['instances', 'cores', 'ram'] as const;

/** Amounts, or limits (-1 is unlimited), of what quotas count; ram in MB. */
export type Amounts = { readonly [name in (typeof COUNTED)[number]]: number };

/** What so many servers of one flavor count. */
export const amountsOf = (
  servers: number,
  flavor: { readonly vcpus: number; readonly memory_mb: number },
): Amounts => ({
  instances: servers,
  cores: servers * flavor.vcpus,
  ram: servers * flavor.memory_mb,
});

/** The same amounts, to be given back. */
export const negative = (amounts: Amounts): Amounts => ({
  instances: -amounts.instances,
  cores: -amounts.cores,
  ram: -amounts.ram,
});

/**
 * The limits that hold for a request: the project's, where not set the deployment's, and of those and the user's own the
 * lower number, as Nova compares them.
 */
export function effectiveLimits(
  defaults: Amounts,
  project: Readonly<Record<string, unknown>> | undefined,
  user: Readonly<Record<string, unknown>> | undefined,
): Amounts {
  const limit = (name: keyof Amounts): number => {
    const own = number(project?.[name]) ?? defaults[name];
    const users = number(user?.[name]);
    return users === undefined ? own : Math.min(own, users);
  };
  return { instances: limit('instances'), cores: limit('cores'), ram: limit('ram') };
}

/** What does not fit any more, by name in order; usage is without the request. */
export const exceeded = (limits: Amounts, usage: Amounts, request: Amounts): (keyof Amounts)[] =>
  COUNTED.filter((name) => limits[name] >= 0 && usage[name] + request[name] > limits[name]).toSorted();

/** The four texts of a TooManyInstances error. */
export interface OverQuota {
  readonly overs: string;
  readonly req: string;
  readonly used: string;
  readonly allowed: string;
}

/** The texts of a re-check: used shows the limit, for the request itself is what goes beyond it. */
export const tooMany = (overs: readonly (keyof Amounts)[], limits: Amounts, request: Amounts): OverQuota =>
  overQuota(overs, limits, request, limits);

function overQuota(
  overs: readonly (keyof Amounts)[],
  limits: Amounts,
  request: Readonly<Record<keyof Amounts, number | string>>,
  used: Amounts,
): OverQuota {
  const texts = (values: Readonly<Record<keyof Amounts, number | string>>): string =>
    overs.map((name) => String(values[name])).join(', ');
  return { overs: overs.join(', '), req: texts(request), used: texts(used), allowed: texts(limits) };
}

/** Whether a request fits: with how many servers, or what stands in the way. */
export type QuotaVerdict =
  | { readonly kind: 'fits'; readonly servers: number }
  | { readonly kind: 'over'; readonly texts: OverQuota };

/**
 * How many of `max` servers a project may still have: all of them, or as many as there is room for where that is at least
 * `min` (nova.compute.utils.check_num_instances_quota). What is unlimited bounds nothing.
 */
export function checkNumInstances(
  limits: Amounts,
  usage: Amounts,
  flavor: { readonly vcpus: number; readonly memory_mb: number },
  { min, max }: { readonly min: number; readonly max: number },
): QuotaVerdict {
  const total = amountsOf(max, flavor);
  const overs = exceeded(limits, usage, total);
  if (overs.length === 0) return { kind: 'fits', servers: max };
  const one = amountsOf(1, flavor);
  const room = COUNTED.filter((name) => limits[name] >= 0 && one[name] > 0).map((name) =>
    Math.floor((limits[name] - usage[name]) / one[name]),
  );
  const servers = Math.min(max, ...room);
  const fits = exceeded(limits, usage, amountsOf(servers, flavor)).length === 0;
  if (servers > 0 && min <= servers && fits) return { kind: 'fits', servers };
  const instances = min === max ? `${max}` : `${min}-${max}`;
  return { kind: 'over', texts: overQuota(overs, limits, { ...total, instances }, usage) };
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
