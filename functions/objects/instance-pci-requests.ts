import { listOf, object } from '#objects/containers';
import { uuid } from '#objects/fields';
import { InstancePCIRequest } from '#objects/instance-pci-request';
import { defineObject } from '#objects/object-type';
import { classMethod } from '#objects/remotable';

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
