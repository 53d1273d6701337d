import { listOf, object } from '#objects/containers';
import { ARCHITECTURE, ARCHITECTURE_ALIASES } from '#objects/enums';
import { nullable, withNew } from '#objects/field';
import { enumOf, string } from '#objects/fields';
import { defineObject } from '#objects/object-type';
import { classMethod } from '#objects/remotable';
import { VirtCPUFeature } from '#objects/virt-cpu-feature';
import { VirtCPUTopology } from '#objects/virt-cpu-topology';

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
