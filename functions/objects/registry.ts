import { Aggregate, AggregateList } from '#objects/aggregate';
import { BlockDeviceMapping, BlockDeviceMappingList } from '#objects/block-device-mapping';
import { BuildRequest, BuildRequestList } from '#objects/build-request';
import { CellMapping, CellMappingList } from '#objects/cell-mapping';
import { ComputeNode, ComputeNodeList } from '#objects/compute-node';
import { ConsoleAuthToken } from '#objects/console-auth-token';
import { CpuDiagnostics } from '#objects/cpu-diagnostics';
import { Destination } from '#objects/destination';
import { DeviceBus } from '#objects/device-bus';
import { DeviceMetadata } from '#objects/device-metadata';
import { Diagnostics } from '#objects/diagnostics';
import { DiskDiagnostics } from '#objects/disk-diagnostics';
import { DiskMetadata } from '#objects/disk-metadata';
import { EC2Ids } from '#objects/ec2-ids';
import { EC2InstanceMapping } from '#objects/ec2-instance-mapping';
import { Flavor, FlavorList } from '#objects/flavor';
import { HostMapping, HostMappingList } from '#objects/host-mapping';
import { HVSpec } from '#objects/hv-spec';
import { HyperVLiveMigrateData } from '#objects/hyperv-live-migrate-data';
import { IDEDeviceBus } from '#objects/ide-device-bus';
import { ImageMeta } from '#objects/image-meta';
import { ImageMetaProps } from '#objects/image-meta-props';
import { Instance, InstanceList } from '#objects/instance';
import { InstanceAction, InstanceActionList } from '#objects/instance-action';
import { InstanceActionEvent, InstanceActionEventList } from '#objects/instance-action-event';
import { InstanceDeviceMetadata } from '#objects/instance-device-metadata';
import { InstanceExternalEvent } from '#objects/instance-external-event';
import { InstanceFault, InstanceFaultList } from '#objects/instance-fault';
import { InstanceGroup, InstanceGroupList } from '#objects/instance-group';
import { InstanceInfoCache } from '#objects/instance-info-cache';
import { InstanceMapping, InstanceMappingList } from '#objects/instance-mapping';
import { InstanceNUMACell } from '#objects/instance-numa-cell';
import { InstanceNUMATopology } from '#objects/instance-numa-topology';
import { InstancePCIRequest } from '#objects/instance-pci-request';
import { InstancePCIRequests } from '#objects/instance-pci-requests';
import { KeyPair, KeyPairList } from '#objects/key-pair';
import { LibvirtLiveMigrateBDMInfo } from '#objects/libvirt-live-migrate-bdm-info';
import { LibvirtLiveMigrateData } from '#objects/libvirt-live-migrate-data';
import { LibvirtLiveMigrateNUMAInfo } from '#objects/libvirt-live-migrate-numa-info';
import { LibvirtVPMEMDevice } from '#objects/libvirt-vpmem-device';
import { MemoryDiagnostics } from '#objects/memory-diagnostics';
import { Migration, MigrationList } from '#objects/migration';
import { MigrationContext } from '#objects/migration-context';
import { MonitorMetric, MonitorMetricList } from '#objects/monitor-metric';
import { NetworkInterfaceMetadata } from '#objects/network-interface-metadata';
import { NetworkMetadata } from '#objects/network-metadata';
import { NetworkRequest, NetworkRequestList } from '#objects/network-request';
import { NicDiagnostics } from '#objects/nic-diagnostics';
import { NUMACell } from '#objects/numa-cell';
import { NUMAPagesTopology } from '#objects/numa-pages-topology';
import { NUMATopology } from '#objects/numa-topology';
import { NUMATopologyLimits } from '#objects/numa-topology-limits';
import { PciDevice, PciDeviceList } from '#objects/pci-device';
import { PCIDeviceBus } from '#objects/pci-device-bus';
import { PciDevicePool, PciDevicePoolList } from '#objects/pci-device-pool';
import { Quotas } from '#objects/quotas';
import { QuotasNoOp } from '#objects/quotas-no-op';
import { RequestGroup } from '#objects/request-group';
import { RequestLevelParams } from '#objects/request-level-params';
import { RequestSpec } from '#objects/request-spec';
import { Resource, ResourceList } from '#objects/resource';
import { ResourceMetadata } from '#objects/resource-metadata';
import { S3ImageMapping } from '#objects/s3-image-mapping';
import { SchedulerLimits } from '#objects/scheduler-limits';
import { SchedulerRetries } from '#objects/scheduler-retries';
import { SCSIDeviceBus } from '#objects/scsi-device-bus';
import { SecurityGroup, SecurityGroupList } from '#objects/security-group';
import { Selection } from '#objects/selection';
import { Service, ServiceList } from '#objects/service';
import { Tag, TagList } from '#objects/tag';
import { TaskLog, TaskLogList } from '#objects/task-log';
import { TrustedCerts } from '#objects/trusted-certs';
import { USBDeviceBus } from '#objects/usb-device-bus';
import { VIFMigrateData } from '#objects/vif-migrate-data';
import { VirtCPUFeature } from '#objects/virt-cpu-feature';
import { VirtCPUModel } from '#objects/virt-cpu-model';
import { VirtCPUTopology } from '#objects/virt-cpu-topology';
import { VirtualInterface, VirtualInterfaceList } from '#objects/virtual-interface';
import { VMwareLiveMigrateData } from '#objects/vmware-live-migrate-data';
import { VolumeUsage } from '#objects/volume-usage';
import { XenDeviceBus } from '#objects/xen-device-bus';

import type { AnyType } from '#objects/any-object';
import type { Registry } from '#objects/from-primitive';

const types: readonly AnyType[] = [
  Aggregate,
  AggregateList,
  BlockDeviceMapping,
  BlockDeviceMappingList,
  BuildRequest,
  BuildRequestList,
  CellMapping,
  CellMappingList,
  ComputeNode,
  ComputeNodeList,
  ConsoleAuthToken,
  CpuDiagnostics,
  Destination,
  DeviceBus,
  DeviceMetadata,
  Diagnostics,
  DiskDiagnostics,
  DiskMetadata,
  EC2Ids,
  EC2InstanceMapping,
  Flavor,
  FlavorList,
  HVSpec,
  HostMapping,
  HostMappingList,
  HyperVLiveMigrateData,
  IDEDeviceBus,
  ImageMeta,
  ImageMetaProps,
  Instance,
  InstanceAction,
  InstanceActionEvent,
  InstanceActionEventList,
  InstanceActionList,
  InstanceDeviceMetadata,
  InstanceExternalEvent,
  InstanceFault,
  InstanceFaultList,
  InstanceGroup,
  InstanceGroupList,
  InstanceInfoCache,
  InstanceList,
  InstanceMapping,
  InstanceMappingList,
  InstanceNUMACell,
  InstanceNUMATopology,
  InstancePCIRequest,
  InstancePCIRequests,
  KeyPair,
  KeyPairList,
  LibvirtLiveMigrateBDMInfo,
  LibvirtLiveMigrateData,
  LibvirtLiveMigrateNUMAInfo,
  LibvirtVPMEMDevice,
  MemoryDiagnostics,
  Migration,
  MigrationContext,
  MigrationList,
  MonitorMetric,
  MonitorMetricList,
  NUMACell,
  NUMAPagesTopology,
  NUMATopology,
  NUMATopologyLimits,
  NetworkInterfaceMetadata,
  NetworkMetadata,
  NetworkRequest,
  NetworkRequestList,
  NicDiagnostics,
  PCIDeviceBus,
  PciDevice,
  PciDeviceList,
  PciDevicePool,
  PciDevicePoolList,
  Quotas,
  QuotasNoOp,
  RequestGroup,
  RequestLevelParams,
  RequestSpec,
  Resource,
  ResourceList,
  ResourceMetadata,
  S3ImageMapping,
  SCSIDeviceBus,
  SchedulerLimits,
  SchedulerRetries,
  SecurityGroup,
  SecurityGroupList,
  Selection,
  Service,
  ServiceList,
  Tag,
  TagList,
  TaskLog,
  TaskLogList,
  TrustedCerts,
  USBDeviceBus,
  VIFMigrateData,
  VMwareLiveMigrateData,
  VirtCPUFeature,
  VirtCPUModel,
  VirtCPUTopology,
  VirtualInterface,
  VirtualInterfaceList,
  VolumeUsage,
  XenDeviceBus,
];

/** Every type that this system reads and writes, at its newest version. */
export const registry: Registry = new Map(types.map((type) => [type.name, type]));
