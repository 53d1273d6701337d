import { NUMATopologyLimits } from '#objects/numa/numa-topology-limits';
import { limitsToDict } from './scheduler-limits.ts';
import { object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { string, uuid } from '#objects/versioned/fields';
import { defineObject, isOfType, type ObjectOf } from '#objects/versioned/object-type';
import { SchedulerLimits } from './scheduler-limits.ts';

/** A host that the scheduler chose, with the claim that goes with it. Compared by content. */
export const Selection = defineObject({
  name: 'Selection',
  version: '1.1',
  // 1.0 first
  // 1.1 adds availability_zone
  fields: {
    compute_node_uuid: uuid(),
    service_host: string(),
    nodename: string(),
    cell_uuid: uuid(),
    limits: nullable(object(SchedulerLimits)),
    allocation_request: nullable(string()),
    allocation_request_version: nullable(string()),
    availability_zone: nullable(string()),
  },
  drops: {
    '1.1': ['availability_zone'],
  },
});

/** A selection as hosts of older days read it: `{host, nodename, limits}`. */
export function selectionToDict(selection: ObjectOf<typeof Selection>): {
  host: string;
  nodename: string;
  limits: Record<string, unknown>;
} {
  const chosen = selection.peek('limits') ?? null;
  const limits = chosen === null ? {} : limitsToDict(chosen);
  const numa = limits['numa_topology'];
  if (isOfType(NUMATopologyLimits, numa)) limits['numa_topology'] = numa.toPrimitive();
  return { host: selection.get('service_host'), nodename: selection.get('nodename'), limits };
}

/** True when two selections say the same, whatever their dirty marks. */
export function sameSelection(one: ObjectOf<typeof Selection>, other: ObjectOf<typeof Selection>): boolean {
  const content = (selection: ObjectOf<typeof Selection>) => {
    const clean = selection.clone().resetChanges(undefined, { recursive: true });
    return JSON.stringify(clean.toPrimitive());
  };
  return content(one) === content(other);
}
