import { dictOf, listOf, object } from '#objects/versioned/containers';
import { Destination } from './destination.ts';
import { nullable, withDefault, withNew } from '#objects/versioned/field';
import { boolean, integer, string, uuid } from '#objects/versioned/fields';
import { Flavor } from '#objects/api/flavor';
import { ImageMeta } from '#objects/image/image-meta';
import { InstanceGroup } from '#objects/api/instance-group';
import { InstanceNUMATopology } from '#objects/numa/instance-numa-topology';
import { InstancePCIRequests } from '#objects/pci/instance-pci-requests';
import { NetworkMetadata } from '#objects/network/network-metadata';
import { NetworkRequestList } from '#objects/network/network-request';
import { defineObject, type ObjectOf } from '#objects/versioned/object-type';
import type { Instance } from '#objects/instance/instance';
import { classMethod, instanceMethod } from '#objects/versioned/remotable';
import { RequestGroup } from './request-group.ts';
import { RequestLevelParams } from './request-level-params.ts';
import { SchedulerLimits } from './scheduler-limits.ts';
import { SchedulerRetries } from './scheduler-retries.ts';
import { SecurityGroupList } from '#objects/api/security-group';

/** What the scheduler needs to place a server, kept with it for later moves. */
export const RequestSpec = defineObject({
  name: 'RequestSpec',
  version: '1.15',
  // 1.0 first
  // 1.1 ImageMeta 1.6
  // 1.2 SchedulerRetries 1.1
  // 1.3 InstanceGroup 1.10
  // 1.4 ImageMeta 1.7
  // 1.5 adds get_by_instance_uuid, create, save
  // 1.6 adds requested_destination
  // 1.7 adds destroy
  // 1.8 adds security_groups
  // 1.9 adds user_id
  // 1.10 adds network_metadata
  // 1.11 adds is_bfv
  // 1.12 adds requested_resources
  // 1.13 adds request_level_params
  // 1.14 adds requested_networks
  // 1.15 adds get_by_instance_uuids
  fields: {
    id: integer(),
    image: nullable(object(ImageMeta)),
    numa_topology: nullable(object(InstanceNUMATopology)),
    pci_requests: nullable(object(InstancePCIRequests)),
    project_id: nullable(string()),
    user_id: nullable(string()),
    availability_zone: nullable(string()),
    flavor: object(Flavor),
    num_instances: withDefault(integer(), 1),
    ignore_hosts: nullable(listOf(string())),
    force_hosts: nullable(listOf(string())),
    force_nodes: nullable(listOf(string())),
    requested_destination: withNew(nullable(object(Destination)), () => null),
    retry: nullable(object(SchedulerRetries)),
    limits: nullable(object(SchedulerLimits)),
    instance_group: nullable(object(InstanceGroup)),
    scheduler_hints: nullable(dictOf(listOf(string()))),
    instance_uuid: uuid(),
    security_groups: object(SecurityGroupList),
    network_metadata: object(NetworkMetadata),
    is_bfv: boolean(),
    requested_resources: withNew(nullable(listOf(object(RequestGroup))), () => null),
    request_level_params: object(RequestLevelParams),
    requested_networks: object(NetworkRequestList),
  },
  readUnset: (name) => {
    if (name === 'security_groups') return SecurityGroupList.make();
    if (name === 'network_metadata') return NetworkMetadata.make({ physnets: [], tunneled: false });
    if (name === 'request_level_params') return RequestLevelParams.make();
    if (name === 'requested_networks') return NetworkRequestList.make();
    return name === 'requested_destination' || name === 'requested_resources' ? null : undefined;
  },
  drops: {
    '1.6': ['requested_destination'],
    '1.8': ['security_groups'],
    '1.9': ['user_id'],
    '1.10': ['network_metadata'],
    '1.11': ['is_bfv'],
    '1.12': ['requested_resources'],
    '1.13': ['request_level_params'],
    '1.14': ['requested_networks'],
  },
  remotable: {
    create: instanceMethod(),
    destroy: instanceMethod(),
    get_by_instance_uuid: classMethod(['instance_uuid']),
    get_by_instance_uuids: classMethod(['instance_uuids']),
    save: instanceMethod(),
  },
});

type Spec = ObjectOf<typeof RequestSpec>;

/** A hint of the spec: a list of one reads as its entry; null where the spec has no such hint. */
export function getSchedulerHint(spec: Spec, hint: string): string | string[] | null {
  const hints = spec.peek('scheduler_hints') ?? null;
  const values = hints !== null && Object.hasOwn(hints, hint) ? hints[hint] : undefined;
  if (values === undefined) return null;
  const [first] = values;
  return values.length === 1 && first !== undefined ? first : values;
}

/** Fills project and user of the server where the spec has none. */
export function ensureProjectId(spec: Spec, instance: ObjectOf<typeof Instance>): void {
  if ((spec.peek('project_id') ?? null) === null) spec.set('project_id', instance.get('project_id'));
  if ((spec.peek('user_id') ?? null) === null) spec.assign('user_id', instance.peek('user_id') ?? null);
}

/** Clears the forced host and node and marks them clean, so that what the user forced stays stored. */
export function resetForcedDestinations(spec: Spec): void {
  spec.set('force_hosts', null).set('force_nodes', null);
  spec.resetChanges(['force_hosts', 'force_nodes']);
}
