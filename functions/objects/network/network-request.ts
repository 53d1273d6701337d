import { nullable } from '#objects/versioned/field';
import { ipAddress, string, uuid } from '#objects/versioned/fields';
import { defineList, defineObject } from '#objects/versioned/object-type';

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
