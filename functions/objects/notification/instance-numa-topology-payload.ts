import { dictOf, listOf, object, setOf } from '#objects/versioned/containers';
import { nullable, withDefault } from '#objects/versioned/field';
import { enumOf, integer, uuid } from '#objects/versioned/fields';
import type { InstanceNUMATopology } from '#objects/numa/instance-numa-topology';
import { defineObject, type ObjectOf } from '#objects/versioned/object-type';
import { fieldsOf, fill } from './payload.ts';

/** Sockets, cores and threads of a guest. */
export const VirtCPUTopologyPayload = defineObject({
  name: 'VirtCPUTopologyPayload',
  version: '1.0',
  fields: {
    sockets: withDefault(nullable(integer()), 1),
    cores: withDefault(nullable(integer()), 1),
    threads: withDefault(nullable(integer()), 1),
  },
});

/** What notifications say about one guest NUMA cell. */
export const InstanceNUMACellPayload = defineObject({
  name: 'InstanceNUMACellPayload',
  version: '1.2',
  fields: {
    id: integer(),
    cpuset: setOf(integer()),
    pcpuset: setOf(integer()),
    cpuset_reserved: nullable(setOf(integer())),
    memory: integer(),
    pagesize: nullable(integer()),
    cpu_topology: nullable(object(VirtCPUTopologyPayload)),
    cpu_pinning_raw: nullable(dictOf(integer())),
    cpu_policy: nullable(enumOf('CPUAllocationPolicy', ['dedicated', 'shared', 'mixed'])),
    cpu_thread_policy: nullable(enumOf('CPUThreadAllocationPolicy', ['prefer', 'isolate', 'require'])),
  },
});

/** What notifications say about a server's NUMA topology. */
export const InstanceNUMATopologyPayload = defineObject({
  name: 'InstanceNUMATopologyPayload',
  version: '1.0',
  fields: {
    instance_uuid: uuid(),
    cells: listOf(object(InstanceNUMACellPayload)),
    emulator_threads_policy: nullable(enumOf('CPUEmulatorThreadsPolicy', ['share', 'isolate'])),
  },
});

/** The payload of a NUMA topology; that of a server without a record yet belongs to the server that is named. */
export function numaTopologyPayload(
  topology: ObjectOf<typeof InstanceNUMATopology>,
  instance_uuid: string,
): ObjectOf<typeof InstanceNUMATopologyPayload> {
  const cells = (topology.peek('cells') ?? []).map((cell) => {
    const threads = cell.peek('cpu_topology') ?? null;
    const cpu_topology = threads === null ? null : fill(VirtCPUTopologyPayload, fieldsOf(threads));
    const own = fieldsOf(cell);
    return fill(InstanceNUMACellPayload, (name) => (name === 'cpu_topology' ? cpu_topology : own(name)));
  });
  const own = fieldsOf(topology);
  const parts: Readonly<Record<string, unknown>> = {
    cells,
    instance_uuid: topology.peek('instance_uuid') ?? instance_uuid,
  };
  return fill(InstanceNUMATopologyPayload, (name) => parts[name] ?? own(name));
}
