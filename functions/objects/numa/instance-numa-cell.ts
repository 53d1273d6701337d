import { KeyError } from '#errors';
import { refuseValues } from '#objects/versioned/refuse-values';
import { dictOf, object, setOf } from '#objects/versioned/containers';
import { nullable, withDefault, withNew } from '#objects/versioned/field';
import { enumOf, integer } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { VirtCPUTopology } from '#objects/cpu/virt-cpu-topology';

/** One guest NUMA cell of a server. */
export const InstanceNUMACell = defineObject({
  name: 'InstanceNUMACell',
  version: '1.6',
  // 1.0 first
  // 1.1 adds pagesize
  // 1.2 adds cpu_pinning_raw and topology
  // 1.3 adds cpu_policy and cpu_thread_policy
  // 1.4 adds cpuset_reserved
  // 1.5 adds pcpuset
  // 1.6 cpu_policy may be mixed
  fields: {
    id: integer(),
    cpuset: setOf(integer()),
    pcpuset: setOf(integer()),
    cpuset_reserved: withNew(nullable(setOf(integer())), () => null),
    memory: integer(),
    pagesize: withDefault(nullable(integer()), null),
    cpu_topology: nullable(object(VirtCPUTopology)),
    cpu_pinning_raw: withNew(nullable(dictOf(integer())), () => null),
    cpu_policy: withDefault(nullable(enumOf('CPUAllocationPolicy', ['dedicated', 'shared', 'mixed'])), null),
    cpu_thread_policy: withDefault(
      nullable(enumOf('CPUThreadAllocationPolicy', ['prefer', 'isolate', 'require'])),
      null,
    ),
  },
  lower: (data, below, target) => {
    if (!below('1.6')) return;
    if (!Object.hasOwn(data, 'cpu_policy')) throw new KeyError('cpu_policy');
    refuseValues(data, 'cpu_policy', ['mixed'], target);
    // Pinned CPUs have a set of their own since 1.5; before, cpuset held them.
    if (below('1.5') && data['cpu_policy'] === 'dedicated') {
      const pinned = data['pcpuset'];
      if (pinned === undefined) throw new KeyError('pcpuset');
      data['cpuset'] = pinned;
    }
  },
  drops: {
    '1.3': ['cpu_policy', 'cpu_thread_policy'],
    '1.4': ['cpuset_reserved'],
    '1.5': ['pcpuset'],
  },
});
