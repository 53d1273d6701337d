import type { Resources } from '#ports/placement';

/** Adds (or with sign -1 takes away) amounts; entries that become 0 are left out. */
export function mergeResources(left: Resources, right: Resources, sign: 1 | -1 = 1): Resources {
  const merged = new Map(Object.entries(left));
  for (const [name, amount] of Object.entries(right)) merged.set(name, (merged.get(name) ?? 0) + sign * amount);
  return Object.fromEntries([...merged].filter(([, amount]) => amount !== 0));
}
