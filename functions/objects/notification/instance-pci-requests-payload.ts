import { dictOf, listOf, object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { enumOf, integer, string, uuid } from '#objects/versioned/fields';
import type { InstancePCIRequests } from '#objects/pci/instance-pci-requests';
import { defineObject, type ObjectOf } from '#objects/versioned/object-type';
import { fieldsOf, fill } from './payload.ts';

/** What notifications say about PCI devices that a server asks for. */
export const InstancePCIRequestPayload = defineObject({
  name: 'InstancePCIRequestPayload',
  version: '1.1',
  fields: {
    count: integer(),
    spec: listOf(dictOf(nullable(string()))),
    alias_name: nullable(string()),
    request_id: nullable(uuid()),
    numa_policy: nullable(enumOf('PCINUMAAffinityPolicy', ['required', 'legacy', 'preferred', 'socket'])),
  },
});

/** What notifications say about all of a server's PCI requests. */
export const InstancePCIRequestsPayload = defineObject({
  name: 'InstancePCIRequestsPayload',
  version: '1.0',
  fields: {
    instance_uuid: uuid(),
    requests: listOf(object(InstancePCIRequestPayload)),
  },
});

/** The payload of PCI requests; those of a server without a record yet belong to the server that is named. */
export function pciRequestsPayload(
  requests: ObjectOf<typeof InstancePCIRequests>,
  instance_uuid: string,
): ObjectOf<typeof InstancePCIRequestsPayload> {
  return InstancePCIRequestsPayload.make({
    instance_uuid: requests.peek('instance_uuid') ?? instance_uuid,
    requests: (requests.peek('requests') ?? []).map((request) => fill(InstancePCIRequestPayload, fieldsOf(request))),
  });
}
