import { absent, any, atMost, equals, type Condition } from '#ports/conditions';
import type { Attributes, Key } from '#ports/tables';
import type { GroupGuardItem } from '#records/items/group';

/**
 * Guards of server groups: items that count, in the claim's own transaction, the members that were placed. Two requests
 * of one group may choose at the same time; the guard lets one of them through and refuses the other, which then looks
 * again. A consumer remembers its guards, so whatever releases an allocation gives the count back.
 */
export interface GroupGuard {
  /** Partition key of the guard's item. */
  readonly key: string;
  readonly rule: /** At most so many members on the host (anti-affinity). */
  | { readonly kind: 'at-most'; readonly limit: number }
    /** All members on the host that the first one took (affinity). */
    | { readonly kind: 'same-host'; readonly host: string }
    /** Only counted, for the soft policies and forced hosts. */
    | { readonly kind: 'counted' };
}

export const guardKey = (key: string): Key => ({ pk: key, sk: 'guard' });

/** The guard that counts a group's members on one host. */
export const hostGuardKey = (group: string, host: string): string => `group-host#${group}#${host}`;

/** The guard that keeps a group's first members together. */
export const affinityGuardKey = (group: string): string => `group-affinity#${group}`;

/** What must hold before `more` members are counted. */
export function guardCondition({ rule }: GroupGuard, more: number): Condition | undefined {
  if (rule.kind === 'at-most') {
    // More than the limit at once never holds: no count is below 0.
    return more > rule.limit
      ? atMost<GroupGuardItem>('count', -1)
      : any(absent, atMost<GroupGuardItem>('count', rule.limit - more));
  }
  return rule.kind === 'same-host'
    ? any(absent, equals<GroupGuardItem>('host', rule.host), atMost<GroupGuardItem>('count', 0))
    : undefined;
}

/** What a guard's item says beside its count. */
export function guardAttributes({ rule }: GroupGuard): Attributes {
  return rule.kind === 'same-host' ? { host: rule.host } : {};
}
