import { dictOf, listOf, object } from '#objects/versioned/containers';
import { nullable, withDefault } from '#objects/versioned/field';
import { integer, string, uuid } from '#objects/versioned/fields';
import { defineObject, type ObjectOf } from '#objects/versioned/object-type';
import type { RequestSpec } from '#objects/request-spec/request-spec';
import { FlavorPayload } from './flavor-payload.ts';
import { ImageMetaPayload, imagePayload } from './image-meta-payload.ts';
import { InstanceNUMATopologyPayload, numaTopologyPayload } from './instance-numa-topology-payload.ts';
import { InstancePCIRequestsPayload, pciRequestsPayload } from './instance-pci-requests-payload.ts';
import { fieldsOf, fill } from './payload.ts';
import { DestinationPayload, SchedulerRetriesPayload, ServerGroupPayload } from './scheduling-payloads.ts';

/** What notifications say about a request spec. */
export const RequestSpecPayload = defineObject({
  name: 'RequestSpecPayload',
  version: '1.1',
  fields: {
    instance_uuid: uuid(),
    project_id: nullable(string()),
    user_id: nullable(string()),
    availability_zone: nullable(string()),
    flavor: nullable(object(FlavorPayload)),
    force_hosts: nullable(string()),
    force_nodes: nullable(string()),
    ignore_hosts: nullable(listOf(string())),
    instance_group: nullable(object(ServerGroupPayload)),
    image: nullable(object(ImageMetaPayload)),
    /** Declared and never set. */
    image_meta: nullable(object(ImageMetaPayload)),
    numa_topology: nullable(object(InstanceNUMATopologyPayload)),
    pci_requests: nullable(object(InstancePCIRequestsPayload)),
    num_instances: withDefault(integer(), 1),
    requested_destination: nullable(object(DestinationPayload)),
    retry: nullable(object(SchedulerRetriesPayload)),
    scheduler_hints: nullable(dictOf(listOf(string()))),
    security_groups: listOf(string()),
  },
});

/**
 * The payload of a request spec that was made of the legacy maps. Forced hosts, group, destination and retries are not
 * published: such a spec has none.
 */
export function requestSpecPayload(spec: ObjectOf<typeof RequestSpec>): ObjectOf<typeof RequestSpecPayload> {
  const [flavor, image] = [spec.peek('flavor') ?? null, spec.peek('image') ?? null];
  const [numa, pci] = [spec.peek('numa_topology') ?? null, spec.peek('pci_requests') ?? null];
  const parts: Readonly<Record<string, unknown>> = {
    flavor: flavor === null ? null : fill(FlavorPayload, fieldsOf(flavor)),
    image: image === null ? null : imagePayload(image),
    numa_topology: numa === null ? null : numaTopologyPayload(numa, spec.get('instance_uuid')),
    pci_requests: pci === null ? null : pciRequestsPayload(pci, spec.get('instance_uuid')),
    force_hosts: null,
    force_nodes: null,
    instance_group: null,
    requested_destination: null,
    retry: null,
    image_meta: null,
    security_groups: [],
  };
  const own = fieldsOf(spec);
  const payload = fill(RequestSpecPayload, (name) => (name in parts ? parts[name] : own(name)));
  payload.unset('image_meta');
  return payload;
}
