import type { Json, JsonMap } from '#ports/json';
import type { PortBinding, PortGroup, PortNeeds, InstancePort } from '#ports/network-ports';
import { listOf, mapOf, numbersOf, textOf, textsOf } from '#wire/reading';

/** A port as Neutron lists it to an administrator. */
export function readPort(entry: Json | undefined): InstancePort {
  const port = mapOf(entry);
  return {
    id: textOf(port['id']) ?? '',
    networkId: textOf(port['network_id']) ?? '',
    host: textOf(port['binding:host_id']) ?? null,
    vnicType: textOf(port['binding:vnic_type']) ?? 'normal',
    profile: mapOf(port['binding:profile']),
    deviceProfile: textOf(port['device_profile']) ?? null,
  };
}

/** A binding, as it is made, listed or read. */
export function readBinding(entry: Json | undefined): PortBinding {
  const binding = mapOf(entry);
  return {
    host: textOf(binding['host']) ?? '',
    status: binding['status'] === 'ACTIVE' ? 'ACTIVE' : 'INACTIVE',
    vnicType: textOf(binding['vnic_type']) ?? 'normal',
    vifType: textOf(binding['vif_type']) ?? 'unbound',
    vifDetails: mapOf(binding['vif_details']),
    profile: mapOf(binding['profile']),
  };
}

/**
 * What ports need, in the form that the extension `port-resource-request-groups` brings (`grouped`), or in the one
 * before (nova.objects.request_spec `RequestGroup.from_port_request`).
 */
export function portNeeds(ports: readonly JsonMap[], grouped: boolean): PortNeeds {
  const wanted = ports.flatMap((port) => {
    const request = mapOf(port['resource_request']);
    return Object.keys(request).length === 0 ? [] : [{ id: textOf(port['id']) ?? '', request }];
  });
  if (!grouped) return { groups: wanted.map(({ id, request }) => groupOf(id, id, request)), sameSubtree: [], grouped };
  return {
    groups: wanted.flatMap(({ id, request }) =>
      listOf(request['request_groups']).map((group) => groupOf(id, textOf(mapOf(group)['id']) ?? '', mapOf(group))),
    ),
    sameSubtree: wanted.map(({ request }) => textsOf(request['same_subtree'])).filter((ids) => ids.length > 0),
    grouped,
  };
}

const groupOf = (portId: string, requesterId: string, group: JsonMap): PortGroup => ({
  portId,
  requesterId,
  resources: numbersOf(group['resources']),
  requiredTraits: textsOf(group['required']),
});

/** Keys of a binding profile that say where the port was bound; the rest is the port's own. */
const OF_THE_HOST: ReadonlySet<string> = new Set([
  'pci_vendor_info',
  'pci_slot',
  'allocation',
  'arq_uuid',
  'physical_network',
  'card_serial_number',
  'vf_num',
  'pf_mac_address',
  'device_mac_address',
]);

/** A binding profile without what its host put into it. */
export const unboundProfile = (profile: JsonMap): JsonMap =>
  Object.fromEntries(Object.entries(profile).filter(([key]) => !OF_THE_HOST.has(key)));
