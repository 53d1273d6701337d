import type { Flavor } from '#objects/api/flavor';
import type { ImageMeta } from '#objects/image/image-meta';
import type { InstanceGroup } from '#objects/api/instance-group';
import type { InstanceNUMATopology } from '#objects/numa/instance-numa-topology';
import type { InstancePCIRequests } from '#objects/pci/instance-pci-requests';
import type { ObjectOf } from '#objects/versioned/object-type';
import type { RequestGroup } from './request-group.ts';
import { RequestLevelParams } from './request-level-params.ts';
import { RequestSpec } from './request-spec.ts';
import { type Legacy, setFlavor, setFromFilterProperties, setGroup, setImage } from './request-spec-parts.ts';
import type { SecurityGroupList } from '#objects/api/security-group';

/** What a spec is made of when a boot request is taken, or when a server without one is moved. */
export interface Components {
  readonly instanceUuid: string;
  readonly image: Legacy | ObjectOf<typeof ImageMeta> | null;
  readonly flavor: ObjectOf<typeof Flavor>;
  readonly numaTopology: ObjectOf<typeof InstanceNUMATopology> | null;
  readonly pciRequests: ObjectOf<typeof InstancePCIRequests> | null;
  readonly filterProperties: Legacy;
  readonly instanceGroup: ObjectOf<typeof InstanceGroup> | null;
  readonly availabilityZone: string | null;
  /** Left unset when not given. */
  readonly securityGroups?: ObjectOf<typeof SecurityGroupList>;
  /** Of the server, else of the context. */
  readonly projectId: string | null;
  readonly userId: string | null;
  readonly portResourceRequests?: ObjectOf<typeof RequestGroup>[];
  readonly requestLevelParams?: ObjectOf<typeof RequestLevelParams>;
}

/** A new spec with every field set or left blank on purpose, all dirty. Nova's RequestSpec.from_components.
 * @throws ValueError when a value does not fit. */
export function fromComponents(components: Components): ObjectOf<typeof RequestSpec> {
  const spec = RequestSpec.make({ num_instances: 1, instance_uuid: components.instanceUuid });
  if (components.instanceGroup === null) setGroup(spec, components.filterProperties);
  else spec.set('instance_group', components.instanceGroup);
  spec.set('project_id', components.projectId);
  spec.set('user_id', components.userId);
  setImage(spec, components.image);
  setFlavor(spec, components.flavor);
  spec.set('pci_requests', components.pciRequests);
  spec.set('numa_topology', components.numaTopology);
  setFromFilterProperties(spec, components.filterProperties);
  spec.set('availability_zone', components.availabilityZone);
  if (components.securityGroups !== undefined) {
    spec.set('security_groups', components.securityGroups);
  }
  spec.set('requested_resources', components.portResourceRequests ?? []);
  spec.set('request_level_params', components.requestLevelParams ?? RequestLevelParams.make());
  return spec.setDefaults();
}
