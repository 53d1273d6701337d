import { DeclaredError, errorClass, type Declare } from './error-class.ts';

/* Errors of code 404: what was asked for is not there. */

/** What is asked for is not there. */
export const NotFound = errorClass(DeclaredError, 'NotFound', 'Resource could not be found.', { code: 404 });

const notFound: Declare = /* @__NO_SIDE_EFFECTS__ */ (name, message, kind) => errorClass(NotFound, name, message, kind);

/** The instance row is missing, deleted or not visible. */
export const InstanceNotFound = notFound('InstanceNotFound', 'Instance {instance_id} could not be found.');

/** The network cache row is missing on save or read. */
export const InstanceInfoCacheNotFound = notFound(
  'InstanceInfoCacheNotFound',
  'Info cache for instance {instance_uuid} could not be found.',
);

/** No mapping row, or one without a cell. */
export const InstanceMappingNotFound = notFound('InstanceMappingNotFound', 'Instance {uuid} has no mapping to a cell.');

/** No such cell; cell0 is not set up. */
export const CellMappingNotFound = notFound('CellMappingNotFound', 'Cell {uuid} has no mapping.');

/** The build request is gone (the user deleted the server) or cannot be read. */
export const BuildRequestNotFound = notFound('BuildRequestNotFound', 'Build request not found for instance {uuid}');

/** No stored request spec. */
export const RequestSpecNotFound = notFound(
  'RequestSpecNotFound',
  'Request spec not found for instance {instance_uuid}',
);

/** The image service has no such image. */
export const ImageNotFound = notFound('ImageNotFound', 'Image {image_id} could not be found.');

/** The flavor is unknown. */
export const FlavorNotFound = notFound('FlavorNotFound', 'Flavor {flavor_id} could not be found.');

/** The migration row is missing on save or read. */
export const MigrationNotFound = notFound('MigrationNotFound', 'Migration {migration_id} could not be found.');

const migrationNotFound: Declare = /* @__NO_SIDE_EFFECTS__ */ (name, message, kind) =>
  errorClass(MigrationNotFound, name, message, kind);

/** No migration of the instance in that status. */
export const MigrationNotFoundByStatus = migrationNotFound(
  'MigrationNotFoundByStatus',
  'Migration not found for instance {instance_id} with status {status}.',
);

/** The migration belongs to another instance. */
export const MigrationNotFoundForInstance = migrationNotFound(
  'MigrationNotFoundForInstance',
  'Migration {migration_id} not found for instance {instance_id}',
);

/** The instance is in no group, or the group is deleted. */
export const InstanceGroupNotFound = notFound(
  'InstanceGroupNotFound',
  'Instance group {group_uuid} could not be found.',
);

/** The device row is missing on save. */
export const BDMNotFound = notFound('BDMNotFound', 'No Block Device Mapping with id {id}.');

/** No device uses the volume. */
export const VolumeBDMNotFound = notFound('VolumeBDMNotFound', 'No volume Block Device Mapping with id {volume_id}.');

/** A server has no mapping of the share. */
export const ShareNotFound = notFound('ShareNotFound', 'Share {share_id} could not be found.');

/** The tag to delete is missing. */
export const InstanceTagNotFound = notFound('InstanceTagNotFound', "Instance {instance_id} has no tag '{tag}'");

/** The service id is unknown. */
export const ServiceNotFound = notFound('ServiceNotFound', 'Service {service_id} could not be found.');

/** The host is unknown. */
export const HostNotFound = notFound('HostNotFound', 'Host {host} could not be found.');

/** No service or compute node record for a host, or host and node. */
export const ComputeHostNotFound = errorClass(
  HostNotFound,
  'ComputeHostNotFound',
  'Compute host {host} could not be found.',
);

/** The host runs no such service. */
export const HostBinaryNotFound = notFound('HostBinaryNotFound', 'Could not find binary {binary} on host {host}.');

/** The port is gone. */
export const PortNotFound = notFound('PortNotFound', 'Port id {port_id} could not be found.');

/** The volume is gone. */
export const VolumeNotFound = notFound('VolumeNotFound', 'Volume {volume_id} could not be found.');

/** The attachment is gone. */
export const VolumeAttachmentNotFound = notFound(
  'VolumeAttachmentNotFound',
  'Volume attachment {attachment_id} could not be found.',
);

/** The instance keeps no NUMA topology. */
export const NumaTopologyNotFound = notFound(
  'NumaTopologyNotFound',
  'Instance {instance_uuid} does not specify a NUMA topology',
);

/** The instance is in no migration. */
export const MigrationContextNotFound = notFound(
  'MigrationContextNotFound',
  'Instance {instance_uuid} does not specify a migration context.',
);

/** A node has no such PCI device. */
export const PciDeviceNotFound = notFound('PciDeviceNotFound', 'PCI Device {node_id}:{address} not found.');

/** No PCI device has the id. */
export const PciDeviceNotFoundById = notFound('PciDeviceNotFoundById', 'PCI device {id} not found');

/** No aggregate has the id. */
export const AggregateNotFound = notFound('AggregateNotFound', 'Aggregate {aggregate_id} could not be found.');
