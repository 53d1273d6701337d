import { listOf, object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { enumOf, integer, uuid } from '#objects/versioned/fields';
import { InstanceNUMACell } from './instance-numa-cell.ts';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';

/** The guest NUMA topology of a server. */
export const InstanceNUMATopology = defineObject({
  name: 'InstanceNUMATopology',
  version: '1.3',
  // 1.0 first
  // 1.1 InstanceNUMACell 1.1
  // 1.2 InstanceNUMACell 1.2
  // 1.3 adds emulator_threads_policy
  fields: {
    id: integer(),
    instance_uuid: uuid(),
    cells: listOf(object(InstanceNUMACell)),
    emulator_threads_policy: nullable(enumOf('CPUEmulatorThreadsPolicy', ['share', 'isolate'])),
  },
  drops: {
    '1.3': ['emulator_threads_policy'],
  },
  remotable: {
    create: instanceMethod(),
    get_by_instance_uuid: classMethod(['instance_uuid']),
  },
});
