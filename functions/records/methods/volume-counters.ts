/** How much of a volume was read and written: operations, and bytes. */
export interface VolumeCounters {
  readonly reads: number;
  readonly read_bytes: number;
  readonly writes: number;
  readonly write_bytes: number;
}

/** Counters by their names. */
export const counters = (count: (name: keyof VolumeCounters) => number): VolumeCounters => ({
  reads: count('reads'),
  read_bytes: count('read_bytes'),
  writes: count('writes'),
  write_bytes: count('write_bytes'),
});

/**
 * What a report changes of a volume's usage (Nova's vol_usage_update). A guest counts from its start: counters that are
 * lower than the ones before are those of another start, and the ones before are over.
 *
 * @param current - the counters that were reported last
 * @param isOver - the volume leaves the guest, so nothing follows these counters
 * @returns what is added to the totals, and the counters that are current from now on
 */
export function countedUsage(
  current: VolumeCounters,
  reported: VolumeCounters,
  isOver: boolean,
): { readonly over: VolumeCounters; readonly current: VolumeCounters } {
  const isRestarted = Object.values(counters((name) => reported[name] - current[name])).some((more) => more < 0);
  return {
    over: counters((name) => (isRestarted ? current[name] : 0) + (isOver ? reported[name] : 0)),
    current: isOver ? counters(() => 0) : reported,
  };
}
