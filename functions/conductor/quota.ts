/** What quotas count (nova.conductor.manager `schedule_and_build_instances`). */
export const COUNTED = ['instances', 'cores', 'ram'] as const;

/** Amounts, or limits (-1 is unlimited), of what quotas count; ram in MB. */
export type Amounts = { readonly [name in (typeof COUNTED)[number]]: number };

/** What so many servers of one flavor count. */
export const amountsOf = (
  instances: number,
  flavor: { readonly vcpus: number; readonly memory_mb: number },
): Amounts => ({
  instances,
  cores: instances * flavor.vcpus,
  ram: instances * flavor.memory_mb,
});

/** What so many servers count of which one counts these amounts. */
export const times = ({ instances, cores, ram }: Amounts, count: number): Amounts => ({
  instances: instances * count,
  cores: cores * count,
  ram: ram * count,
});

/** What a server asks for that counts already. */
export const NO_INSTANCES: Amounts = { instances: 0, cores: 0, ram: 0 };

/** The same amounts, to be given back. */
export const negative = (amounts: Amounts): Amounts => times(amounts, -1);

/** Limits, and the usage that they are held against. */
export interface Bound {
  readonly limits: Amounts;
  readonly usage: Amounts;
}

const UNLIMITED: Amounts = { instances: -1, cores: -1, ram: -1 };

/** Limits of a project, and of one of its users. */
export interface Limits {
  readonly project: Amounts;
  readonly user: Amounts;
}

export const NO_LIMITS: Limits = { project: UNLIMITED, user: UNLIMITED };

/**
 * The limits that hold for a request: the project's, where not set the deployment's, against what the project uses; the
 * user's own, where set, against what this user uses in the project (nova.quota, since Victoria).
 */
export function limitsOf(
  defaults: Amounts,
  project: Readonly<Record<string, unknown>> | undefined,
  user: Readonly<Record<string, unknown>> | undefined,
): Limits {
  return { project: set(project, defaults), user: set(user, UNLIMITED) };
}

const set = (limits: Readonly<Record<string, unknown>> | undefined, otherwise: Amounts): Amounts => ({
  instances: number(limits?.['instances']) ?? otherwise.instances,
  cores: number(limits?.['cores']) ?? otherwise.cores,
  ram: number(limits?.['ram']) ?? otherwise.ram,
});

const goesBeyond = ({ limits, usage }: Bound, name: keyof Amounts, request: Amounts): boolean =>
  limits[name] >= 0 && usage[name] + request[name] > limits[name];

/** What does not fit any more, by name in order; usage is without the request. */
export const exceeded = (bounds: readonly Bound[], request: Amounts): (keyof Amounts)[] =>
  COUNTED.filter((name) => bounds.some((bound) => goesBeyond(bound, name, request))).toSorted();

/** The four texts of a TooManyInstances error. */
export interface OverQuota {
  readonly overs: string;
  readonly req: string;
  readonly used: string;
  readonly allowed: string;
}

/**
 * The texts of a re-check: used shows the limit, for the request itself is what goes beyond it.
 *
 * @param asked what the texts say that was asked for, where the usage has it in it already
 */
export const tooMany = (bounds: readonly Bound[], request: Amounts, asked: Amounts = request): OverQuota =>
  overQuota(
    bounds.map((bound) => ({ ...bound, shown: bound.limits })),
    request,
    asked,
  );

/** Of each resource that is over, the first bound that it goes beyond is reported. */
function overQuota(
  bounds: readonly (Bound & { readonly shown: Amounts })[],
  request: Amounts,
  asked: Readonly<Record<keyof Amounts, number | string>>,
): OverQuota {
  const overs = COUNTED.toSorted().flatMap((name) => {
    const bound = bounds.find((each) => goesBeyond(each, name, request));
    return bound === undefined ? [] : [{ name, used: bound.shown[name], allowed: bound.limits[name] }];
  });
  const texts = (value: (over: (typeof overs)[number]) => number | string): string => overs.map(value).join(', ');
  return {
    overs: texts(({ name }) => name),
    req: texts(({ name }) => asked[name]),
    used: texts(({ used }) => used),
    allowed: texts(({ allowed }) => allowed),
  };
}

/** Whether a request fits: with how many servers, or what stands in the way. */
export type QuotaVerdict =
  | { readonly kind: 'fits'; readonly instances: number }
  | { readonly kind: 'over'; readonly texts: OverQuota };

/**
 * How many of `max` servers may still be had: all of them, or as many as there is room for where that is at least `min`
 * (nova.compute.utils.check_num_instances_quota). What is unlimited bounds nothing.
 *
 * @param range at least one, and `max` no less than `min`
 */
export function checkNumInstances(
  bounds: readonly Bound[],
  flavor: { readonly vcpus: number; readonly memory_mb: number },
  { min, max }: { readonly min: number; readonly max: number },
): QuotaVerdict {
  const one = amountsOf(1, flavor);
  const room = bounds.flatMap(({ limits, usage }) =>
    COUNTED.filter((name) => limits[name] >= 0 && one[name] > 0).map((name) =>
      Math.floor((limits[name] - usage[name]) / one[name]),
    ),
  );
  const count = Math.min(max, ...room);
  const fits = exceeded(bounds, amountsOf(count, flavor)).length === 0;
  if (min <= count && fits) return { kind: 'fits', instances: count };
  const total = amountsOf(max, flavor);
  const instances = min === max ? `${max}` : `${min}-${max}`;
  const shown = bounds.map((bound) => ({ ...bound, shown: bound.usage }));
  return { kind: 'over', texts: overQuota(shown, total, { ...total, instances }) };
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
