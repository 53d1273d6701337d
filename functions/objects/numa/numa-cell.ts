import { listOf, object, setOf } from '#objects/versioned/containers';
import { nullable, readOnly, withDefault } from '#objects/versioned/field';
import { integer } from '#objects/versioned/fields';
import { NetworkMetadata } from '#objects/network/network-metadata';
import { NUMAPagesTopology } from './numa-pages-topology.ts';
import { defineObject } from '#objects/versioned/object-type';

/** One NUMA cell of a node. */
export const NUMACell = defineObject({
  name: 'NUMACell',
  version: '1.5',
  // 1.0 first
  // 1.1 adds pinned_cpus and siblings
  // 1.2 adds mempages
  // 1.3 adds network_metadata
  // 1.4 adds pcpuset
  // 1.5 adds socket
  fields: {
    id: readOnly(integer()),
    cpuset: setOf(integer()),
    pcpuset: setOf(integer()),
    memory: integer(),
    cpu_usage: withDefault(integer(), 0),
    memory_usage: withDefault(integer(), 0),
    pinned_cpus: setOf(integer()),
    siblings: listOf(setOf(integer())),
    mempages: listOf(object(NUMAPagesTopology)),
    network_metadata: object(NetworkMetadata),
    socket: nullable(integer()),
  },
  drops: {
    '1.3': ['network_metadata'],
    '1.4': ['pcpuset'],
    '1.5': ['socket'],
  },
});
