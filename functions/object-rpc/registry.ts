import { computeNode, computeNodeList } from '#records/methods/compute-node';
import { instanceInfoCache } from '#records/methods/info-cache';
import { instance } from '#records/methods/instance';
import { instanceList } from '#records/methods/instance-list';
import { migration } from '#records/methods/migration';
import { service, serviceList } from '#records/methods/service';
import type { RecordMethods } from '#records/method';

/** Types that every host calls again and again: a function reads their methods at its start. */
const AT_START: ReadonlyMap<string, RecordMethods> = new Map(
  Object.entries({
    ComputeNode: computeNode,
    ComputeNodeList: computeNodeList,
    Instance: instance,
    InstanceInfoCache: instanceInfoCache,
    InstanceList: instanceList,
    Migration: migration,
    Service: service,
    ServiceList: serviceList,
  }),
);

/** Types that hosts call now and then, or an API service alone: their methods are read at the first call of one. */
const ON_DEMAND: ReadonlyMap<string, () => Promise<RecordMethods>> = new Map(
  Object.entries({
    Aggregate: async () => (await import('#records/methods/aggregate')).aggregate,
    AggregateList: async () => (await import('#records/methods/aggregate')).aggregateList,
    BlockDeviceMapping: async () => (await import('#records/methods/block-device')).blockDeviceMapping,
    BlockDeviceMappingList: async () => (await import('#records/methods/block-device')).blockDeviceMappingList,
    BuildRequest: async () => (await import('#records/methods/build-request')).buildRequest,
    BuildRequestList: async () => (await import('#records/methods/build-request')).buildRequestList,
    CellMapping: async () => (await import('#records/methods/mappings')).cellMapping,
    CellMappingList: async () => (await import('#records/methods/mapping-lists')).cellMappingList,
    ConsoleAuthToken: async () => (await import('#records/methods/console-auth-token')).consoleAuthToken,
    EC2Ids: async () => (await import('#records/methods/extra-data')).ec2Ids,
    Flavor: async () => (await import('#records/methods/flavor')).flavor,
    FlavorList: async () => (await import('#records/methods/flavor')).flavorList,
    HostMapping: async () => (await import('#records/methods/mappings')).hostMapping,
    HostMappingList: async () => (await import('#records/methods/mapping-lists')).hostMappingList,
    InstanceAction: async () => (await import('#records/methods/instance-action')).instanceAction,
    InstanceActionEvent: async () => (await import('#records/methods/action-event-methods')).instanceActionEvent,
    InstanceActionEventList: async () =>
      (await import('#records/methods/action-event-methods')).instanceActionEventList,
    InstanceActionList: async () => (await import('#records/methods/instance-action')).instanceActionList,
    InstanceDeviceMetadata: async () => (await import('#records/methods/extra-data')).deviceMetadata,
    InstanceFault: async () => (await import('#records/methods/instance-fault')).instanceFault,
    InstanceFaultList: async () => (await import('#records/methods/instance-fault')).instanceFaultList,
    InstanceGroup: async () => (await import('#records/methods/instance-group')).instanceGroup,
    InstanceGroupList: async () => (await import('#records/methods/instance-group')).instanceGroupList,
    InstanceMapping: async () => (await import('#records/methods/mappings')).instanceMapping,
    InstanceMappingList: async () => (await import('#records/methods/mapping-lists')).instanceMappingList,
    InstanceNUMATopology: async () => (await import('#records/methods/extra-data')).instanceNumaTopology,
    InstancePCIRequests: async () => (await import('#records/methods/extra-data')).instancePciRequests,
    MigrationContext: async () => (await import('#records/methods/extra-data')).migrationContext,
    MigrationList: async () => (await import('#records/methods/migration-list')).migrationList,
    PciDevice: async () => (await import('#records/methods/pci-device')).pciDevice,
    PciDeviceList: async () => (await import('#records/methods/pci-device')).pciDeviceList,
    RequestSpec: async () => (await import('#records/methods/request-spec')).requestSpec,
    ResourceList: async () => (await import('#records/methods/extra-data')).resourceList,
    ShareMapping: async () => (await import('#records/methods/share-mapping')).shareMapping,
    ShareMappingList: async () => (await import('#records/methods/share-mapping')).shareMappingList,
    Tag: async () => (await import('#records/methods/tag')).tag,
    TagList: async () => (await import('#records/methods/tag')).tagList,
    TaskLog: async () => (await import('#records/methods/task-log')).taskLog,
    TaskLogList: async () => (await import('#records/methods/task-log')).taskLogList,
    TrustedCerts: async () => (await import('#records/methods/extra-data')).trustedCerts,
    VirtCPUModel: async () => (await import('#records/methods/extra-data')).virtCpuModel,
    VirtualInterface: async () => (await import('#records/methods/virtual-interface')).virtualInterface,
    VirtualInterfaceList: async () => (await import('#records/methods/virtual-interface')).virtualInterfaceList,
    VolumeUsage: async () => (await import('#records/methods/volume-usage')).volumeUsage,
  }),
);

/** The server side of a type's remotable methods, by the type's name; undefined for a type that has none. */
export async function methodsOf(name: string): Promise<RecordMethods | undefined> {
  return AT_START.get(name) ?? (await ON_DEMAND.get(name)?.());
}

/** The methods of every type that has any, by the type's name. */
export async function everyMethod(): Promise<ReadonlyMap<string, RecordMethods>> {
  const read = [...ON_DEMAND].map(async ([name, methods]) => [name, await methods()] as const);
  return new Map([...AT_START, ...(await Promise.all(read))]);
}
