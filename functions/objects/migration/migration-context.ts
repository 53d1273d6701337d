import { object } from '#objects/versioned/containers';
import { nullable } from '#objects/versioned/field';
import { integer, uuid } from '#objects/versioned/fields';
import { InstanceNUMATopology } from '#objects/numa/instance-numa-topology';
import { InstancePCIRequests } from '#objects/pci/instance-pci-requests';
import { defineObject } from '#objects/versioned/object-type';
import { PciDeviceList } from '#objects/pci/pci-device';
import { persistent } from '#objects/versioned/persistent';
import { classMethod } from '#objects/versioned/remotable';
import { ResourceList } from '#objects/device/resource';

/** What a server has on the old and the new host during a move. */
export const MigrationContext = defineObject({
  name: 'MigrationContext',
  version: '1.2',
  // 1.0 first
  // 1.1 adds PCI devices and requests of both hosts
  // 1.2 adds resources of both hosts
  fields: {
    instance_uuid: uuid(),
    migration_id: integer(),
    new_numa_topology: nullable(object(InstanceNUMATopology)),
    old_numa_topology: nullable(object(InstanceNUMATopology)),
    new_pci_devices: nullable(object(PciDeviceList)),
    old_pci_devices: nullable(object(PciDeviceList)),
    new_pci_requests: nullable(object(InstancePCIRequests)),
    old_pci_requests: nullable(object(InstancePCIRequests)),
    new_resources: nullable(object(ResourceList)),
    old_resources: nullable(object(ResourceList)),
    ...persistent,
  },
  lowersNested: false,
  drops: {
    '1.1': ['old_pci_devices', 'new_pci_devices', 'old_pci_requests', 'new_pci_requests'],
    '1.2': ['old_resources', 'new_resources'],
  },
  remotable: {
    get_by_instance_uuid: classMethod(['instance_uuid']),
  },
});
