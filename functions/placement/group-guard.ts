import { absent, any, atMost, equals, type Condition } from '#ports/conditions';
import type { Attributes, Key } from '#ports/tables';
import { numberOf, textOf } from '#wire/reading';

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

/** Reads a guard's item: how many members it counts, and the host that the first one took. */
export const guardItem = (item: Attributes) => ({
  count: numberOf(item['count']) ?? 0,
  host: textOf(item['host']) ?? null,
});

/** What must hold before `more` members are counted. */
export function guardCondition({ rule }: GroupGuard, more: number): Condition | undefined {
  if (rule.kind === 'at-most') {
    // More than the limit at once never holds: no count is below 0.
    return more > rule.limit ? atMost('count', -1) : any(absent, atMost('count', rule.limit - more));
  }
  return rule.kind === 'same-host' ? any(absent, equals('host', rule.host), atMost('count', 0)) : undefined;
}

/** What a guard's item says beside its count. */
export function guardAttributes({ rule }: GroupGuard): Attributes {
  return rule.kind === 'same-host' ? { host: rule.host } : {};
}
