import { listOf, object } from '#objects/versioned/containers';
import { ARCHITECTURE, ARCHITECTURE_ALIASES } from '#objects/versioned/enums';
import { nullable, withNew } from '#objects/versioned/field';
import { enumOf, string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod } from '#objects/versioned/remotable';
import { VirtCPUFeature } from './virt-cpu-feature.ts';
import { VirtCPUTopology } from './virt-cpu-topology.ts';

/** The CPU model of a guest. */
export const VirtCPUModel = defineObject({
  name: 'VirtCPUModel',
  version: '1.0',
  // 1.0 first
  fields: {
    arch: nullable(enumOf('Architecture', ARCHITECTURE, ARCHITECTURE_ALIASES)),
    vendor: nullable(string()),
    topology: nullable(object(VirtCPUTopology)),
    features: withNew(listOf(object(VirtCPUFeature)), () => []),
    mode: nullable(enumOf('CPUMode', ['custom', 'host-model', 'host-passthrough'])),
    model: nullable(string()),
    match: nullable(enumOf('CPUMatch', ['minimum', 'exact', 'strict'])),
  },
  readUnset: () => null,
  remotable: {
    get_by_instance_uuid: classMethod(['instance_uuid']),
  },
});
