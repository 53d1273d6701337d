import type { JsonMap } from '#ports/json';
import type { Resources } from '#ports/placement';
import { numberOf } from '#wire/reading';
import { parseExtraSpecs, type ResourceGroup } from './extra-specs.ts';

const MB_PER_GB = 1024;

/** Amounts that a flavor's own fields ask for. `flavor` is the data of a Flavor on the wire. */
function plainAmounts(flavor: JsonMap, volumeBacked: boolean): Record<string, number> {
  const amount = (name: string): number => numberOf(flavor[name]) ?? 0;
  const disk = (volumeBacked ? 0 : amount('root_gb')) + amount('ephemeral_gb');
  return {
    VCPU: amount('vcpus'),
    MEMORY_MB: amount('memory_mb'),
    DISK_GB: Math.ceil((MB_PER_GB * disk + amount('swap')) / MB_PER_GB),
  };
}

function withoutZeros(resources: Resources): Resources {
  return Object.fromEntries(Object.entries(resources).filter(([, amount]) => amount !== 0));
}

/**
 * What a request asks for, group by group (nova.scheduler.utils.resources_from_request_spec): the unnumbered group under
 * the empty text, with the flavor's own amounts of classes that no group names.
 */
export function resourcesFromRequestSpec(flavor: JsonMap, volumeBacked: boolean): Map<string, ResourceGroup> {
  const named = parseExtraSpecs(flavor['extra_specs']).groups;
  const mentioned = new Set([...named.values()].flatMap((group) => Object.keys(group.resources)));
  const own = Object.entries(plainAmounts(flavor, volumeBacked)).filter(([name]) => !mentioned.has(name));
  const unnumbered = named.get('') ?? { resources: {}, requiredTraits: [] };
  const groups = new Map(named);
  groups.set('', { ...unnumbered, resources: { ...Object.fromEntries(own), ...unnumbered.resources } });
  const answer = new Map<string, ResourceGroup>();
  for (const [number, group] of groups) {
    const resources = withoutZeros(group.resources);
    if (Object.keys(resources).length > 0 || group.requiredTraits.length > 0) {
      answer.set(number, { ...group, resources });
    }
  }
  return answer;
}

/** All amounts of all groups, as one provider would have to give them. */
export function sumOfGroups(groups: ReadonlyMap<string, ResourceGroup>): Resources {
  const sum: Record<string, number> = {};
  for (const { resources } of groups.values()) {
    for (const [name, amount] of Object.entries(resources)) {
      sum[name] = (sum[name] ?? 0) + amount;
    }
  }
  return sum;
}

/** Adds (or with sign -1 takes away) amounts; entries that become 0 are left out. */
export function mergeResources(left: Resources, right: Resources, sign: 1 | -1 = 1): Resources {
  const merged: Record<string, number> = { ...left };
  for (const [name, amount] of Object.entries(right)) {
    merged[name] = (merged[name] ?? 0) + sign * amount;
  }
  return withoutZeros(merged);
}
