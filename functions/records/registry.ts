import { aggregate, aggregateList } from './aggregate.ts';
import { blockDeviceMapping, blockDeviceMappingList } from './block-device.ts';
import { buildRequest, buildRequestList } from './build-request.ts';
import { computeNode, computeNodeList } from './compute-node.ts';
import { consoleAuthToken } from './console-auth-token.ts';
import {
  deviceMetadata,
  ec2Ids,
  instanceNumaTopology,
  instancePciRequests,
  migrationContext,
  resourceList,
  trustedCerts,
  virtCpuModel,
} from './extra-data.ts';
import { flavor, flavorList } from './flavor.ts';
import { instanceInfoCache } from './info-cache.ts';
import { instanceActionEvent, instanceActionEventList } from './instance-action-event.ts';
import { instanceAction, instanceActionList } from './instance-action.ts';
import { instanceFault, instanceFaultList } from './instance-fault.ts';
import { instanceGroup, instanceGroupList } from './instance-group.ts';
import { instanceList } from './instance-list.ts';
import { instance } from './instance.ts';
import { cellMappingList, hostMappingList, instanceMappingList } from './mapping-lists.ts';
import { cellMapping, hostMapping, instanceMapping } from './mappings.ts';
import type { RecordMethods } from './method.ts';
import { migrationList } from './migration-list.ts';
import { migration } from './migration.ts';
import { pciDevice, pciDeviceList } from './pci-device.ts';
import { requestSpec } from './request-spec.ts';
import { service, serviceList } from './service.ts';
import { tag, tagList } from './tag.ts';
import { taskLog, taskLogList } from './task-log.ts';
import { virtualInterface, virtualInterfaceList } from './virtual-interface.ts';

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
