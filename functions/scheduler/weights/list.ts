import type { FilterRequest } from '../filters/host-filter.ts';
import type { HostState } from '../facts/host-state.ts';
import { cpuWeigher } from './cpu.ts';
import { crossCellWeigher } from './cross-cell.ts';
import { diskWeigher } from './disk.ts';
import { ioOpsWeigher } from './io-ops.ts';
import { ramWeigher } from './ram.ts';
import { softAffinityWeigher } from './soft-affinity.ts';
import { softAntiAffinityWeigher } from './soft-anti-affinity.ts';
import type { Weigher } from './weigher.ts';

const ALL: readonly Weigher[] = [
  ramWeigher,
  cpuWeigher,
  diskWeigher,
  ioOpsWeigher,
  softAffinityWeigher,
  softAntiAffinityWeigher,
  crossCellWeigher,
];

/** The name that stands for all weighers. */
const ALL_WEIGHERS = 'nova.scheduler.weights.all_weighers';

/** A weigher with the multiplier that the configuration gives it. */
export interface Preference {
  readonly weigher: Weigher;
  readonly multiplier: number;
}

/**
 * The weighers of these names, with multipliers by option name.
 *
 * @throws RangeError when there is no weigher, or no multiplier, of a name
 */
export function preferences(
  weightClasses: readonly string[],
  multipliers: Readonly<Record<string, number>> = {},
): readonly Preference[] {
  const unknown = weightClasses.find((name) => name !== ALL_WEIGHERS && !ALL.some((weigher) => weigher.name === name));
  if (unknown !== undefined) {
    throw new RangeError(
      `no weigher ${unknown}; there are ${[ALL_WEIGHERS, ...ALL.map(({ name }) => name)].join(', ')}`,
    );
  }
  const options = ALL.map(({ multiplier }) => multiplier.option);
  const strange = Object.keys(multipliers).find((name) => !options.includes(name));
  if (strange !== undefined) throw new RangeError(`no multiplier ${strange}; there are ${options.join(', ')}`);
  const chosen = weightClasses.includes(ALL_WEIGHERS) ? ALL : ALL.filter(({ name }) => weightClasses.includes(name));
  return chosen.map((weigher) => ({
    weigher,
    multiplier: multipliers[weigher.multiplier.option] ?? weigher.multiplier.value,
  }));
}

/**
 * Weights of hosts, in their order: each weigher's numbers are spread over 0 to 1 (all 0 when they are equal),
 * multiplied and summed, as Nova's weight handler does.
 */
export function weights(
  hosts: readonly HostState[],
  spec: FilterRequest,
  chosen: readonly Preference[],
): readonly number[] {
  const sums = hosts.map(() => 0);
  for (const { weigher, multiplier } of chosen) {
    const raw = hosts.map((host) => weigher.weigh(host, spec));
    const least = raw.reduce((left, right) => Math.min(left, right), Infinity);
    const range = raw.reduce((left, right) => Math.max(left, right), -Infinity) - least;
    if (range > 0) {
      for (const [at, value] of raw.entries()) {
        sums[at] = (sums[at] ?? 0) + (multiplier * (value - least)) / range;
      }
    }
  }
  return sums;
}
