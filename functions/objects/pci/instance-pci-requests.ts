import { listOf, object } from '#objects/versioned/containers';
import { uuid } from '#objects/versioned/fields';
import { InstancePCIRequest } from './instance-pci-request.ts';
import { defineObject } from '#objects/versioned/object-type';
import { classMethod } from '#objects/versioned/remotable';

/** All PCI devices that a server asks for. */
export const InstancePCIRequests = defineObject({
  name: 'InstancePCIRequests',
  version: '1.1',
  // 1.0 first
  // 1.1 InstancePCIRequest 1.1
  fields: {
    instance_uuid: uuid(),
    requests: listOf(object(InstancePCIRequest)),
  },
  remotable: {
    get_by_instance_uuid: classMethod(['instance_uuid']),
  },
});
