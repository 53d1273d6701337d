import { object } from '#objects/containers';
import { nullable, withDefault, withNew } from '#objects/field';
import { integer } from '#objects/fields';
import { NUMATopologyLimits } from '#objects/numa-topology-limits';
import { defineObject } from '#objects/object-type';

/** Oversubscription limits that the scheduler decided on. Null is no limit. */
export const SchedulerLimits = defineObject({
  name: 'SchedulerLimits',
  version: '1.0',
  fields: {
    numa_topology: withNew(nullable(object(NUMATopologyLimits)), () => null),
    vcpu: withDefault(nullable(integer()), null),
    disk_gb: withDefault(nullable(integer()), null),
    memory_mb: withDefault(nullable(integer()), null),
  },
  history: {
    '1.0': 'first',
  },
});
