import type { WireObject } from '#ports/json';

/** What a nova-compute of release 26 can read, by type: it names the versions of every type that an answer may hold. */

const computeNode = { ComputeNode: '1.19', HVSpec: '1.2', PciDevicePoolList: '1.1', PciDevicePool: '1.1' };
const service = { Service: '1.22', ...computeNode };
const pciDeviceList = { PciDeviceList: '1.3', PciDevice: '1.7' };
const instance = {
  Instance: '2.7',
  ServiceList: '1.19',
  ...service,
  InstanceInfoCache: '1.5',
  SecurityGroupList: '1.1',
  SecurityGroup: '1.2',
  InstanceFault: '1.2',
  ...pciDeviceList,
  InstanceNUMATopology: '1.3',
  InstanceNUMACell: '1.6',
  VirtCPUTopology: '1.0',
  InstancePCIRequests: '1.1',
  InstancePCIRequest: '1.4',
  InstanceDeviceMetadata: '1.0',
  DeviceMetadata: '1.0',
  DeviceBus: '1.0',
  TagList: '1.1',
  Tag: '1.1',
  Flavor: '1.2',
  VirtCPUModel: '1.0',
  VirtCPUFeature: '1.0',
  EC2Ids: '1.0',
  MigrationContext: '1.2',
  ResourceList: '1.0',
  Resource: '1.0',
  ResourceMetadata: '1.0',
  KeyPairList: '1.3',
  KeyPair: '1.4',
  TrustedCerts: '1.0',
};

/** What came after release 26, which a nova-compute of it has taken off an order before it reads it. */
const LATER: Readonly<Record<string, { readonly version: string; readonly fields: readonly string[] }>> = {
  Instance: { version: '2.7', fields: ['compute_id'] },
  Migration: { version: '1.7', fields: ['dest_compute_id'] },
};

/** An object as this release reads it. */
export function asRead(object: WireObject): WireObject {
  const later = LATER[object['nova_object.name']];
  if (later === undefined || object['nova_object.version'] === later.version) return object;
  const data = Object.entries(object['nova_object.data']).filter(([name]) => !later.fields.includes(name));
  return { ...object, 'nova_object.version': later.version, 'nova_object.data': Object.fromEntries(data) };
}

/** The versions sent along with a class method call, by the name of the class. */
export const OBJECT_VERSIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  BlockDeviceMappingList: { BlockDeviceMappingList: '1.18', BlockDeviceMapping: '1.21', ...instance },
  ComputeNode: computeNode,
  ComputeNodeList: { ComputeNodeList: '1.17', ...computeNode },
  Instance: instance,
  InstanceActionEvent: { InstanceActionEvent: '1.4' },
  InstanceGroup: { InstanceGroup: '1.11' },
  InstanceList: { InstanceList: '2.6', ...instance },
  InstancePCIRequests: { InstancePCIRequests: '1.1', InstancePCIRequest: '1.4' },
  MigrationContext: instance,
  MigrationList: { MigrationList: '1.5', Migration: '1.7' },
  PciDeviceList: pciDeviceList,
  ResourceList: { ResourceList: '1.0', Resource: '1.0', ResourceMetadata: '1.0' },
  Service: service,
  VirtualInterface: { VirtualInterface: '1.3' },
};
