import type { Resources } from '#ports/placement';

/** How limits of the identity service are read. */
export interface UnifiedLimits {
  /** Whether the resources that are named must have a limit, or need none. */
  readonly strategy: 'require' | 'ignore';
  /** Names for `strategy`, for instance `servers` or `class:VCPU`. */
  readonly named: readonly string[];
  /** Whether dedicated processors count as VCPU too, where no limit is asked of them by themselves. */
  readonly countsDedicated: boolean;
}

/** Something of which a project uses more than it may. */
export interface OverLimit {
  /** For instance `class:CUSTOM_FPGA`. */
  readonly resource: string;
  readonly limit: number;
  readonly usage: number;
  readonly delta: number;
}

const INSTANCES = 'servers';

/** The names under which the identity service holds limits of these resource classes, and of servers. */
export const limitNames = (classes: readonly string[]): string[] => [
  INSTANCES,
  ...classes.map((name) => `class:${name}`),
];

/** What a project uses by the names of its limits; a class that nobody reported is not used. */
export function usageByLimit(
  classes: readonly string[],
  { servers: instances, resources }: { readonly servers: number; readonly resources: Resources },
  { countsDedicated }: Pick<UnifiedLimits, 'countsDedicated'>,
): ReadonlyMap<string, number> {
  const used = (name: string): number => resources[name] ?? 0;
  const counted = (name: string): number =>
    name === 'VCPU' && countsDedicated && !classes.includes('PCPU') ? used('VCPU') + used('PCPU') : used(name);
  return new Map([[INSTANCES, instances], ...classes.map((name) => [`class:${name}`, counted(name)] as const)]);
}

/**
 * What a project uses beyond its limits (nova.limits.placement): a resource without a limit has none where it need not
 * have one, and may not be used at all where it must.
 */
export function overLimits(
  usage: ReadonlyMap<string, number>,
  limits: ReadonlyMap<string, number>,
  { strategy, named }: Pick<UnifiedLimits, 'strategy' | 'named'>,
): OverLimit[] {
  return [...usage].flatMap(([resource, used]) => {
    const required = strategy === 'require' ? named.includes(resource) : !named.includes(resource);
    const limit = limits.get(resource) ?? (required ? 0 : -1);
    return limit >= 0 && used > limit ? [{ resource, limit, usage: used, delta: 0 }] : [];
  });
}

/** The parts of an error about limits, as oslo.limit words each. */
export const overLimitTexts = (over: readonly OverLimit[]): string[] =>
  over.map(
    ({ resource, limit, usage, delta }) =>
      `Resource ${resource} is over limit of ${limit} due to current usage ${usage} and delta ${delta}`,
  );
