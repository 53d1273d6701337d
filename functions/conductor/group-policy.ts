/** The four policies that scheduling knows, each with what carries it out. */
const SUPPORT = [
  { policy: 'affinity', needs: 'filter', name: 'ServerGroupAffinityFilter' },
  { policy: 'anti-affinity', needs: 'filter', name: 'ServerGroupAntiAffinityFilter' },
  { policy: 'soft-affinity', needs: 'weigher', name: 'ServerGroupSoftAffinityWeigher' },
  { policy: 'soft-anti-affinity', needs: 'weigher', name: 'ServerGroupSoftAntiAffinityWeigher' },
] as const;

const WEIGHERS_MODULE = 'nova.scheduler.weights.affinity.';
const ALL_WEIGHERS = 'nova.scheduler.weights.all_weighers';

/** What the scheduler is set up with. */
export interface SchedulingSupport {
  /** Filter names, with or without their module. */
  readonly enabledFilters: readonly string[];
  /** Full weigher names, or the catch-all. */
  readonly weightClasses: readonly string[];
}

/** Whether a group's policies bear on scheduling, and can be kept. */
export type GroupPolicyDecision =
  /** None of the four policies: the request spec stays as it is. */
  | { readonly kind: 'no-scheduling-policy' }
  | { readonly kind: 'supported' }
  /** Ends as UnsupportedPolicyException with this reason. */
  | { readonly kind: 'unsupported'; readonly missing: string; readonly reason: string };

/** Decides whether the policies of a server group are supported (nova.scheduler.utils.setup_instance_group). */
export function decideGroupPolicy(policies: readonly string[], support: SchedulingSupport): GroupPolicyDecision {
  const present = SUPPORT.filter(({ policy }) => policies.includes(policy));
  if (present.length === 0) {
    return { kind: 'no-scheduling-policy' };
  }
  const lacking = present.find(({ needs, name }) =>
    needs === 'filter' ? !hasFilter(support, name) : !hasWeigher(support, name),
  );
  return lacking
    ? { kind: 'unsupported', missing: lacking.name, reason: `${lacking.name} not configured` }
    : { kind: 'supported' };
}

function hasFilter({ enabledFilters }: SchedulingSupport, name: string): boolean {
  return enabledFilters.some((filter) => filter.split('.').at(-1) === name);
}

function hasWeigher({ weightClasses }: SchedulingSupport, name: string): boolean {
  return weightClasses.includes(ALL_WEIGHERS) || weightClasses.includes(`${WEIGHERS_MODULE}${name}`);
}
