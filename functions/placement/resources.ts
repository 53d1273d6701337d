import type { Resources } from '#ports/placement';

/** Adds (or with sign -1 takes away) amounts; entries that become 0 are left out. */
export function mergeResources(left: Resources, right: Resources, sign: 1 | -1 = 1): Resources {
  const merged: Record<string, number> = { ...left };
  for (const [name, amount] of Object.entries(right)) {
    merged[name] = (merged[name] ?? 0) + sign * amount;
  }
  return Object.fromEntries(Object.entries(merged).filter(([, amount]) => amount !== 0));
}
