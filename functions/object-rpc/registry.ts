import { aggregate, aggregateList } from '#records/methods/aggregate';
import { blockDeviceMapping, blockDeviceMappingList } from '#records/methods/block-device';
import { buildRequest, buildRequestList } from '#records/methods/build-request';
import { computeNode, computeNodeList } from '#records/methods/compute-node';
import { consoleAuthToken } from '#records/methods/console-auth-token';
import {
  deviceMetadata,
  ec2Ids,
  instanceNumaTopology,
  instancePciRequests,
  migrationContext,
  resourceList,
  trustedCerts,
  virtCpuModel,
} from '#records/methods/extra-data';
import { flavor, flavorList } from '#records/methods/flavor';
import { instanceInfoCache } from '#records/methods/info-cache';
import { instanceActionEvent, instanceActionEventList } from '#records/methods/instance-action-event';
import { instanceAction, instanceActionList } from '#records/methods/instance-action';
import { instanceFault, instanceFaultList } from '#records/methods/instance-fault';
import { instanceGroup, instanceGroupList } from '#records/methods/instance-group';
import { instanceList } from '#records/methods/instance-list';
import { instance } from '#records/methods/instance';
import { cellMappingList, hostMappingList, instanceMappingList } from '#records/methods/mapping-lists';
import { cellMapping, hostMapping, instanceMapping } from '#records/methods/mappings';
import type { RecordMethods } from '#records/method';
import { migrationList } from '#records/methods/migration-list';
import { migration } from '#records/methods/migration';
import { pciDevice, pciDeviceList } from '#records/methods/pci-device';
import { requestSpec } from '#records/methods/request-spec';
import { service, serviceList } from '#records/methods/service';
import { shareMapping, shareMappingList } from '#records/methods/share-mapping';
import { tag, tagList } from '#records/methods/tag';
import { taskLog, taskLogList } from '#records/methods/task-log';
import { virtualInterface, virtualInterfaceList } from '#records/methods/virtual-interface';

/** The server side of every type's remotable methods, by the type's name. */
export const recordMethods: ReadonlyMap<string, RecordMethods> = new Map(
  Object.entries({
    Aggregate: aggregate,
    AggregateList: aggregateList,
    Flavor: flavor,
    FlavorList: flavorList,
    BlockDeviceMapping: blockDeviceMapping,
    BlockDeviceMappingList: blockDeviceMappingList,
    BuildRequest: buildRequest,
    BuildRequestList: buildRequestList,
    CellMapping: cellMapping,
    CellMappingList: cellMappingList,
    ComputeNode: computeNode,
    ComputeNodeList: computeNodeList,
    ConsoleAuthToken: consoleAuthToken,
    EC2Ids: ec2Ids,
    HostMapping: hostMapping,
    HostMappingList: hostMappingList,
    Instance: instance,
    InstanceAction: instanceAction,
    InstanceActionEvent: instanceActionEvent,
    InstanceActionEventList: instanceActionEventList,
    InstanceActionList: instanceActionList,
    InstanceDeviceMetadata: deviceMetadata,
    InstanceFault: instanceFault,
    InstanceFaultList: instanceFaultList,
    InstanceGroup: instanceGroup,
    InstanceGroupList: instanceGroupList,
    InstanceInfoCache: instanceInfoCache,
    InstanceList: instanceList,
    InstanceMapping: instanceMapping,
    InstanceMappingList: instanceMappingList,
    InstanceNUMATopology: instanceNumaTopology,
    InstancePCIRequests: instancePciRequests,
    Migration: migration,
    MigrationContext: migrationContext,
    MigrationList: migrationList,
    PciDevice: pciDevice,
    PciDeviceList: pciDeviceList,
    RequestSpec: requestSpec,
    ResourceList: resourceList,
    Service: service,
    ServiceList: serviceList,
    ShareMapping: shareMapping,
    ShareMappingList: shareMappingList,
    Tag: tag,
    TagList: tagList,
    TaskLog: taskLog,
    TaskLogList: taskLogList,
    TrustedCerts: trustedCerts,
    VirtCPUModel: virtCpuModel,
    VirtualInterface: virtualInterface,
    VirtualInterfaceList: virtualInterfaceList,
  }),
);
