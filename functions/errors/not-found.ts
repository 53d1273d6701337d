import { DeclaredError, errorClass } from './error-class.ts';

/* Errors of code 404: what was asked for is not there. */

/** What is asked for is not there. */
export class NotFound
  extends /* @__PURE__ */ errorClass(DeclaredError, 'NotFound', 'Resource could not be found.', { code: 404 }) {}

/** The instance row is missing, deleted or not visible. */
export class InstanceNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'InstanceNotFound', 'Instance {instance_id} could not be found.') {}

/** The network cache row is missing on save or read. */
export class InstanceInfoCacheNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'InstanceInfoCacheNotFound',
    'Info cache for instance {instance_uuid} could not be found.',
  ) {}

/** No mapping row, or one without a cell. */
export class InstanceMappingNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'InstanceMappingNotFound',
    'Instance {uuid} has no mapping to a cell.',
  ) {}

/** No such cell; cell0 is not set up. */
export class CellMappingNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'CellMappingNotFound', 'Cell {uuid} has no mapping.') {}

/** The build request is gone (the user deleted the server) or cannot be read. */
export class BuildRequestNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'BuildRequestNotFound', 'Build request not found for instance {uuid}') {}

/** No stored request spec. */
export class RequestSpecNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'RequestSpecNotFound',
    'Request spec not found for instance {instance_uuid}',
  ) {}

/** The image service has no such image. */
export class ImageNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'ImageNotFound', 'Image {image_id} could not be found.') {}

/** The flavor is unknown. */
export class FlavorNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'FlavorNotFound', 'Flavor {flavor_id} could not be found.') {}

/** The migration row is missing on save or read. */
export class MigrationNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'MigrationNotFound', 'Migration {migration_id} could not be found.') {}

/** No migration of the instance in that status. */
export class MigrationNotFoundByStatus
  extends /* @__PURE__ */ errorClass(
    MigrationNotFound,
    'MigrationNotFoundByStatus',
    'Migration not found for instance {instance_id} with status {status}.',
  ) {}

/** The migration belongs to another instance. */
export class MigrationNotFoundForInstance
  extends /* @__PURE__ */ errorClass(
    MigrationNotFound,
    'MigrationNotFoundForInstance',
    'Migration {migration_id} not found for instance {instance_id}',
  ) {}

/** The instance is in no group, or the group is deleted. */
export class InstanceGroupNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'InstanceGroupNotFound',
    'Instance group {group_uuid} could not be found.',
  ) {}

/** The device row is missing on save. */
export class BDMNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'BDMNotFound', 'No Block Device Mapping with id {id}.') {}

/** No device uses the volume. */
export class VolumeBDMNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'VolumeBDMNotFound',
    'No volume Block Device Mapping with id {volume_id}.',
  ) {}

/** A server has no mapping of the share. */
export class ShareNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'ShareNotFound', 'Share {share_id} could not be found.') {}

/** The tag to delete is missing. */
export class InstanceTagNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'InstanceTagNotFound', "Instance {instance_id} has no tag '{tag}'") {}

/** The service id is unknown. */
export class ServiceNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'ServiceNotFound', 'Service {service_id} could not be found.') {}

/** The host is unknown. */
export class HostNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'HostNotFound', 'Host {host} could not be found.') {}

/** No service or compute node record for a host, or host and node. */
export class ComputeHostNotFound
  extends /* @__PURE__ */ errorClass(HostNotFound, 'ComputeHostNotFound', 'Compute host {host} could not be found.') {}

/** The host runs no such service. */
export class HostBinaryNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'HostBinaryNotFound',
    'Could not find binary {binary} on host {host}.',
  ) {}

/** The port is gone. */
export class PortNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'PortNotFound', 'Port id {port_id} could not be found.') {}

/** The volume is gone. */
export class VolumeNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'VolumeNotFound', 'Volume {volume_id} could not be found.') {}

/** The attachment is gone. */
export class VolumeAttachmentNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'VolumeAttachmentNotFound',
    'Volume attachment {attachment_id} could not be found.',
  ) {}

/** The instance keeps no NUMA topology. */
export class NumaTopologyNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'NumaTopologyNotFound',
    'Instance {instance_uuid} does not specify a NUMA topology',
  ) {}

/** The instance is in no migration. */
export class MigrationContextNotFound
  extends /* @__PURE__ */ errorClass(
    NotFound,
    'MigrationContextNotFound',
    'Instance {instance_uuid} does not specify a migration context.',
  ) {}

/** A node has no such PCI device. */
export class PciDeviceNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'PciDeviceNotFound', 'PCI Device {node_id}:{address} not found.') {}

/** No PCI device has the id. */
export class PciDeviceNotFoundById
  extends /* @__PURE__ */ errorClass(NotFound, 'PciDeviceNotFoundById', 'PCI device {id} not found') {}

/** No aggregate has the id. */
export class AggregateNotFound
  extends /* @__PURE__ */ errorClass(NotFound, 'AggregateNotFound', 'Aggregate {aggregate_id} could not be found.') {}
