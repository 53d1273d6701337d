import type { FilterRequest } from './filters/host-filter.ts';
import type { HostState } from './facts/host-state.ts';
import { weights, type Preference } from './weights/list.ts';

/**
 * Hosts, the best first.
 *
 * @param tie a number of each host by which equal ones stand in order: random, so that requests at
 *   the same time spread over them
 */
export function rank(
  hosts: readonly HostState[],
  spec: FilterRequest,
  chosen: readonly Preference[],
  tie: (host: HostState) => number,
): HostState[] {
  const sums = weights(hosts, spec, chosen);
  return hosts
    .map((host, at) => ({ host, weight: sums[at] ?? 0, tie: tie(host) }))
    .toSorted((left, right) => right.weight - left.weight || left.tie - right.tie)
    .map(({ host }) => host);
}

/** One of the `subsetSize` best hosts. */
export function pick(ranked: readonly HostState[], subsetSize: number, random: () => number): HostState | undefined {
  const among = Math.min(ranked.length, Math.max(1, subsetSize));
  return ranked[Math.min(among - 1, Math.floor(random() * among))];
}
