import { Aggregate, AggregateList } from '#objects/api/aggregate';
import { BlockDeviceMapping, BlockDeviceMappingList } from '#objects/instance/block-device-mapping';
import { BuildRequest, BuildRequestList } from '#objects/instance/build-request';
import { CellMapping, CellMappingList } from '#objects/mapping/cell-mapping';
import { ComputeNode, ComputeNodeList } from '#objects/compute/compute-node';
import { ConsoleAuthToken } from '#objects/instance/console-auth-token';
import { CpuDiagnostics } from '#objects/compute/cpu-diagnostics';
import { Destination } from '#objects/request-spec/destination';
import { DeviceBus } from '#objects/device/device-bus';
import { DeviceMetadata } from '#objects/device/device-metadata';
import { Diagnostics } from '#objects/compute/diagnostics';
import { DiskDiagnostics } from '#objects/compute/disk-diagnostics';
import { DiskMetadata } from '#objects/device/disk-metadata';
import { EC2Ids } from '#objects/instance/ec2-ids';
import { EC2InstanceMapping } from '#objects/instance/ec2-instance-mapping';
import { Flavor, FlavorList } from '#objects/api/flavor';
import { HostMapping, HostMappingList } from '#objects/mapping/host-mapping';
import { HVSpec } from '#objects/compute/hv-spec';
import { HyperVLiveMigrateData } from '#objects/migration/hyperv-live-migrate-data';
import { IDEDeviceBus } from '#objects/device/ide-device-bus';
import { ImageMeta } from '#objects/image/image-meta';
import { ImageMetaProps } from '#objects/image/image-meta-props';
import { Instance, InstanceList } from '#objects/instance/instance';
import { InstanceAction, InstanceActionList } from '#objects/instance/instance-action';
import { InstanceActionEvent, InstanceActionEventList } from '#objects/instance/instance-action-event';
import { InstanceDeviceMetadata } from '#objects/device/instance-device-metadata';
import { InstanceExternalEvent } from '#objects/instance/instance-external-event';
import { InstanceFault, InstanceFaultList } from '#objects/instance/instance-fault';
import { InstanceGroup, InstanceGroupList } from '#objects/api/instance-group';
import { InstanceInfoCache } from '#objects/instance/instance-info-cache';
import { InstanceMapping, InstanceMappingList } from '#objects/mapping/instance-mapping';
import { InstanceNUMACell } from '#objects/numa/instance-numa-cell';
import { InstanceNUMATopology } from '#objects/numa/instance-numa-topology';
import { InstancePCIRequest } from '#objects/pci/instance-pci-request';
import { InstancePCIRequests } from '#objects/pci/instance-pci-requests';
import { KeyPair, KeyPairList } from '#objects/api/key-pair';
import { LibvirtLiveMigrateBDMInfo } from '#objects/migration/libvirt-live-migrate-bdm-info';
import { LibvirtLiveMigrateData } from '#objects/migration/libvirt-live-migrate-data';
import { LibvirtLiveMigrateNUMAInfo } from '#objects/migration/libvirt-live-migrate-numa-info';
import { LibvirtVPMEMDevice } from '#objects/device/libvirt-vpmem-device';
import { MemoryDiagnostics } from '#objects/compute/memory-diagnostics';
import { Migration, MigrationList } from '#objects/migration/migration';
import { MigrationContext } from '#objects/migration/migration-context';
import { MonitorMetric, MonitorMetricList } from '#objects/compute/monitor-metric';
import { NetworkInterfaceMetadata } from '#objects/device/network-interface-metadata';
import { NetworkMetadata } from '#objects/network/network-metadata';
import { NetworkRequest, NetworkRequestList } from '#objects/network/network-request';
import { NicDiagnostics } from '#objects/compute/nic-diagnostics';
import { NUMACell } from '#objects/numa/numa-cell';
import { NUMAPagesTopology } from '#objects/numa/numa-pages-topology';
import { NUMATopology } from '#objects/numa/numa-topology';
import { NUMATopologyLimits } from '#objects/numa/numa-topology-limits';
import { PciDevice, PciDeviceList } from '#objects/pci/pci-device';
import { PCIDeviceBus } from '#objects/device/pci-device-bus';
import { PciDevicePool, PciDevicePoolList } from '#objects/pci/pci-device-pool';
import { Quotas } from '#objects/api/quotas';
import { QuotasNoOp } from '#objects/api/quotas-no-op';
import { RequestGroup } from '#objects/request-spec/request-group';
import { RequestLevelParams } from '#objects/request-spec/request-level-params';
import { RequestSpec } from '#objects/request-spec/request-spec';
import { Resource, ResourceList } from '#objects/device/resource';
import { ResourceMetadata } from '#objects/device/resource-metadata';
import { S3ImageMapping } from '#objects/image/s3-image-mapping';
import { SchedulerLimits } from '#objects/request-spec/scheduler-limits';
import { SchedulerRetries } from '#objects/request-spec/scheduler-retries';
import { SCSIDeviceBus } from '#objects/device/scsi-device-bus';
import { SecurityGroup, SecurityGroupList } from '#objects/api/security-group';
import { Selection } from '#objects/request-spec/selection';
import { Service, ServiceList } from '#objects/compute/service';
import { ShareMapping, ShareMappingList } from '#objects/instance/share-mapping';
import { ShareMetadata } from '#objects/device/share-metadata';
import { Tag, TagList } from '#objects/instance/tag';
import { TaskLog, TaskLogList } from '#objects/compute/task-log';
import { TrustedCerts } from '#objects/instance/trusted-certs';
import { USBDeviceBus } from '#objects/device/usb-device-bus';
import { VIFMigrateData } from '#objects/migration/vif-migrate-data';
import { VirtCPUFeature } from '#objects/cpu/virt-cpu-feature';
import { VirtCPUModel } from '#objects/cpu/virt-cpu-model';
import { VirtCPUTopology } from '#objects/cpu/virt-cpu-topology';
import { VirtualInterface, VirtualInterfaceList } from '#objects/network/virtual-interface';
import { VMwareLiveMigrateData } from '#objects/migration/vmware-live-migrate-data';
import { VolumeUsage } from '#objects/instance/volume-usage';
import { XenDeviceBus } from '#objects/device/xen-device-bus';

import type { AnyType } from '#objects/versioned/any-object';
import type { Registry } from '#objects/versioned/from-primitive';

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
  ShareMapping,
  ShareMappingList,
  ShareMetadata,
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
