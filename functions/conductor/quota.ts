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

/** The four texts of a TooManyInstances error. Used shows the limit: the request itself is what goes beyond it. */
export function tooMany(
  overs: readonly (keyof Amounts)[],
  limits: Amounts,
  request: Amounts,
): { overs: string; req: string; used: string; allowed: string } {
  const texts = (values: Amounts): string => overs.map((name) => String(values[name])).join(', ');
  return { overs: overs.join(', '), req: texts(request), used: texts(limits), allowed: texts(limits) };
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
