import type { HostState } from '../facts/host-state.ts';
import { availabilityZoneFilter } from './availability-zone.ts';
import { capacityFilter } from './capacity.ts';
import { computeEnabledFilter } from './compute-enabled.ts';
import { computeFilter } from './compute.ts';
import { disabledCellsFilter } from './disabled-cells.ts';
import { forcedHostsFilter } from './forced-hosts.ts';
import type { FilterRequest, HostFilter, Verdict } from './host-filter.ts';
import { ignoredHostsFilter } from './ignored-hosts.ts';
import { imagePropertiesFilter } from './image-properties.ts';
import { requestedAggregatesFilter } from './requested-aggregates.ts';
import { requestedDestinationFilter } from './requested-destination.ts';
import { serverGroupAffinityFilter } from './server-group-affinity.ts';
import { serverGroupAntiAffinityFilter } from './server-group-anti-affinity.ts';

/** Rules that no configuration turns off: what the request itself demands, and what placement would refuse. */
const ALWAYS: readonly HostFilter[] = [
  ignoredHostsFilter,
  forcedHostsFilter,
  requestedDestinationFilter,
  disabledCellsFilter,
  requestedAggregatesFilter,
  computeEnabledFilter,
  capacityFilter,
];

/** Rules that the configuration names, in the order in which they are asked. */
const CONFIGURABLE: readonly HostFilter[] = [
  computeFilter,
  availabilityZoneFilter,
  imagePropertiesFilter,
  serverGroupAntiAffinityFilter,
  serverGroupAffinityFilter,
];

/** `enabled_filters` of a deployment that says nothing. */
export const DEFAULT_FILTERS: readonly string[] = CONFIGURABLE.map(({ name }) => name);

/**
 * The configurable filters of these names.
 *
 * @throws RangeError when there is no filter of a name
 */
export function enabledFilters(names: readonly string[]): readonly HostFilter[] {
  const unknown = names.find((name) => !DEFAULT_FILTERS.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`no scheduler filter ${unknown}; there are ${DEFAULT_FILTERS.join(', ')}`);
  }
  return CONFIGURABLE.filter(({ name }) => names.includes(name));
}

/**
 * Asks the filters about a host; the first that refuses it answers. A forced host is not asked the configurable ones.
 */
export function hostPasses(host: HostState, spec: FilterRequest, enabled: readonly HostFilter[]): Verdict {
  const forced = spec.forcedHosts.length > 0 || spec.forcedNodes.length > 0;
  const asked = forced && !spec.rebuild ? ALWAYS : [...ALWAYS, ...enabled];
  for (const filter of asked) {
    if (spec.rebuild && !filter.runOnRebuild) {
      continue;
    }
    const verdict = filter.hostPasses(host, spec);
    if (!verdict.passes) {
      return { passes: false, reason: `${filter.name}: ${verdict.reason}` };
    }
  }
  return { passes: true };
}
