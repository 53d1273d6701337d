import type { Allocations, Resources } from '#ports/placement';
import { ownOf } from '#wire/reading';
import { mergeResources } from './resources.ts';

/** The rules of Nova (nova.scheduler.client.report) about what a consumer holds, as plain functions. */

/**
 * What a consumer holds after a claim: providers that are new to it are added and the others kept as they are; a
 * request without a new provider is a same-host move, whose amounts are added.
 */
export function afterClaim(held: Allocations, requested: Allocations): Allocations {
  const fresh = Object.entries(requested).filter(([provider]) => !Object.hasOwn(held, provider));
  if (fresh.length > 0) {
    return { ...held, ...Object.fromEntries(fresh) };
  }
  const summed = Object.entries(requested).map(([provider, resources]) => [
    provider,
    mergeResources(held[provider] ?? {}, resources),
  ]);
  return { ...held, ...Object.fromEntries(summed) };
}

/** What taking a provider out of an allocation comes to. */
export type Removal =
  | { readonly kind: 'holds-nothing' }
  | { readonly kind: 'not-on-provider' }
  | { readonly kind: 'removed'; readonly allocations: Allocations };

/**
 * Takes one provider out of what a consumer holds. The only provider with VCPU is taken for a same-host move and keeps
 * the rest of its amounts, but without a VCPU left it is dropped: a rejected host keeps nothing.
 */
export function afterRemoval(held: Allocations, provider: string, amounts: Resources): Removal {
  const { [provider]: onProvider, ...others } = held;
  if (onProvider === undefined) {
    return { kind: Object.keys(held).length === 0 ? 'holds-nothing' : 'not-on-provider' };
  }
  const alone = !Object.values(others).some((resources) => resources['VCPU'] !== undefined);
  if (onProvider['VCPU'] === undefined || !alone) {
    return { kind: 'removed', allocations: others };
  }
  const rest = positiveOnly(mergeResources(onProvider, amounts, -1));
  return { kind: 'removed', allocations: rest['VCPU'] === undefined ? others : { ...others, [provider]: rest } };
}

function positiveOnly(resources: Resources): Resources {
  return Object.fromEntries(Object.entries(resources).filter(([, amount]) => amount > 0));
}

/** Whether two allocations are the same. */
export function sameAllocations(left: Allocations, right: Allocations): boolean {
  return Object.keys(difference(left, right)).length === 0;
}

/** What changes on each provider from one allocation to another; only what differs is named. */
export function difference(before: Allocations, after: Allocations): Allocations {
  const providers = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...providers].map((provider): [string, Resources] => [
    provider,
    mergeResources(ownOf(after, provider) ?? {}, ownOf(before, provider) ?? {}, -1),
  ]);
  return Object.fromEntries(changes.filter(([, change]) => Object.keys(change).length > 0));
}
