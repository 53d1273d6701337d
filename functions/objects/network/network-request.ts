import { nullable } from '#objects/versioned/field';
import { ipAddress, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject, type ObjectOf } from '#objects/versioned/object-type';

/** A network or port that the user asked for. Unset fields read as null. */
export const NetworkRequest = defineObject({
  name: 'NetworkRequest',
  version: '1.3',
  // 1.0 first
  // 1.1 adds pci_request_id
  // 1.2 adds tag
  // 1.3 adds arq_uuid and device_profile
  fields: {
    network_id: nullable(string()),
    address: nullable(ipAddress()),
    port_id: nullable(uuid()),
    pci_request_id: nullable(uuid()),
    tag: nullable(string()),
    arq_uuid: nullable(uuid()),
    device_profile: nullable(string()),
  },
  readUnset: () => null,
  lowersNested: false,
  drops: {
    '1.2': ['tag'],
    '1.3': ['arq_uuid', 'device_profile'],
  },
});

/** A list of NetworkRequest. */
export const NetworkRequestList = defineList({
  name: 'NetworkRequestList',
  version: '1.1',
  // 1.0 first
  // 1.1 NetworkRequest 1.1
  of: NetworkRequest,
});

type Networks = ObjectOf<typeof NetworkRequestList>;

/** A network request as the tuple of its older days: network, address, port, PCI request, accelerator, profile. */
export type NetworkTuple = readonly (string | null)[];

const TUPLE = ['network_id', 'address', 'port_id', 'pci_request_id', 'arq_uuid', 'device_profile'] as const;

/** Every request as a tuple, in order. */
export function networksAsTuples(networks: Networks): NetworkTuple[] {
  return networks.get('objects').map((request) => TUPLE.map((name) => request.peek(name) ?? null));
}

/** The list of the tuples that networksAsTuples gives. */
export function networksFromTuples(tuples: readonly NetworkTuple[]): Networks {
  const requests = tuples.map((tuple) => {
    const request = NetworkRequest.make();
    for (const [index, name] of TUPLE.entries()) request.assign(name, tuple[index] ?? null);
    return request;
  });
  return NetworkRequestList.make({ objects: requests });
}

/** True when the user wants no network at all. */
export function noAllocate(networks: Networks): boolean {
  return onlyNetwork(networks) === 'none';
}

/** True when the network service is to make a network. */
export function autoAllocate(networks: Networks): boolean {
  return onlyNetwork(networks) === 'auto';
}

/** True for one request that says nothing. */
export function isSingleUnspecified(networks: Networks): boolean {
  const tuples = networksAsTuples(networks);
  return tuples.length === 1 && tuples[0]?.every((value) => value === null) === true;
}

function onlyNetwork(networks: Networks): string | null {
  const requests = networks.get('objects');
  return requests.length === 1 ? (requests[0]?.peek('network_id') ?? null) : null;
}
