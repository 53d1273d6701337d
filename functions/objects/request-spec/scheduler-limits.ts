import { object } from '#objects/versioned/containers';
import { nullable, withDefault, withNew } from '#objects/versioned/field';
import { integer } from '#objects/versioned/fields';
import { NUMATopologyLimits } from '#objects/numa/numa-topology-limits';
import { defineObject, type ObjectOf } from '#objects/versioned/object-type';

/** Oversubscription limits that the scheduler decided on. Null is no limit. */
export const SchedulerLimits = defineObject({
  name: 'SchedulerLimits',
  version: '1.0',
  // 1.0 first
  fields: {
    numa_topology: withNew(nullable(object(NUMATopologyLimits)), () => null),
    vcpu: withDefault(nullable(integer()), null),
    disk_gb: withDefault(nullable(integer()), null),
    memory_mb: withDefault(nullable(integer()), null),
  },
});

/** Limits of a plain map; entries that it lacks are null.
 * @throws ValueError when an entry does not fit. */
export function limitsFromDict(dict: Readonly<Record<string, unknown>>): ObjectOf<typeof SchedulerLimits> {
  const limits = SchedulerLimits.make();
  for (const name of SchedulerLimits.fieldNames) {
    if (Object.hasOwn(dict, name)) limits.assign(name, dict[name]);
  }
  return limits.setDefaults();
}

/** The limits as a plain map of the entries that are not null; the NUMA limit stays an object. */
export function limitsToDict(limits: ObjectOf<typeof SchedulerLimits>): Record<string, unknown> {
  const entries = SchedulerLimits.fieldNames
    .map((name): [string, unknown] => [name, limits.peek(name)])
    .filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries);
}
