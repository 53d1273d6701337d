import { errorsOf, novaError } from './error-class.ts';

/* Errors of code 404: what was asked for is not there. */

/** What is asked for is not there. */
export class NotFound extends novaError('NotFound', 'Resource could not be found.', { code: 404 }) {}

const notFound = errorsOf(NotFound);

/** The instance row is missing, deleted or not visible. */
export class InstanceNotFound extends notFound('InstanceNotFound', 'Instance {instance_id} could not be found.') {}

/** The network cache row is missing on save or read. */
export class InstanceInfoCacheNotFound extends notFound(
  'InstanceInfoCacheNotFound',
  'Info cache for instance {instance_uuid} could not be found.',
) {}

/** No mapping row, or one without a cell. */
export class InstanceMappingNotFound extends notFound(
  'InstanceMappingNotFound',
  'Instance {uuid} has no mapping to a cell.',
) {}

/** No such cell; cell0 is not set up. */
export class CellMappingNotFound extends notFound('CellMappingNotFound', 'Cell {uuid} has no mapping.') {}

/** The build request is gone (the user deleted the server) or cannot be read. */
export class BuildRequestNotFound extends notFound(
  'BuildRequestNotFound',
  'Build request not found for instance {uuid}',
) {}

/** No stored request spec. */
export class RequestSpecNotFound extends notFound(
  'RequestSpecNotFound',
  'Request spec not found for instance {instance_uuid}',
) {}

/** The image service has no such image. */
export class ImageNotFound extends notFound('ImageNotFound', 'Image {image_id} could not be found.') {}

/** The flavor is unknown. */
export class FlavorNotFound extends notFound('FlavorNotFound', 'Flavor {flavor_id} could not be found.') {}

/** The migration row is missing on save or read. */
export class MigrationNotFound extends notFound('MigrationNotFound', 'Migration {migration_id} could not be found.') {}

const migrationNotFound = errorsOf(MigrationNotFound);

/** No migration of the instance in that status. */
export class MigrationNotFoundByStatus extends migrationNotFound(
  'MigrationNotFoundByStatus',
  'Migration not found for instance {instance_id} with status {status}.',
) {}

/** The migration belongs to another instance. */
export class MigrationNotFoundForInstance extends migrationNotFound(
  'MigrationNotFoundForInstance',
  'Migration {migration_id} not found for instance {instance_id}',
) {}

/** The instance is in no group, or the group is deleted. */
export class InstanceGroupNotFound extends notFound(
  'InstanceGroupNotFound',
  'Instance group {group_uuid} could not be found.',
) {}

/** The device row is missing on save. */
export class BDMNotFound extends notFound('BDMNotFound', 'No Block Device Mapping with id {id}.') {}

/** No device uses the volume. */
export class VolumeBDMNotFound extends notFound(
  'VolumeBDMNotFound',
  'No volume Block Device Mapping with id {volume_id}.',
) {}

/** A server has no mapping of the share. */
export class ShareNotFound extends notFound('ShareNotFound', 'Share {share_id} could not be found.') {}

/** The tag to delete is missing. */
export class InstanceTagNotFound extends notFound('InstanceTagNotFound', "Instance {instance_id} has no tag '{tag}'") {}

/** The service id is unknown. */
export class ServiceNotFound extends notFound('ServiceNotFound', 'Service {service_id} could not be found.') {}

/** The host is unknown. */
export class HostNotFound extends notFound('HostNotFound', 'Host {host} could not be found.') {}

/** No service or compute node record for a host, or host and node. */
export class ComputeHostNotFound extends errorsOf(HostNotFound)(
  'ComputeHostNotFound',
  'Compute host {host} could not be found.',
) {}

/** The host runs no such service. */
export class HostBinaryNotFound extends notFound(
  'HostBinaryNotFound',
  'Could not find binary {binary} on host {host}.',
) {}

/** The port is gone. */
export class PortNotFound extends notFound('PortNotFound', 'Port id {port_id} could not be found.') {}

/** The volume is gone. */
export class VolumeNotFound extends notFound('VolumeNotFound', 'Volume {volume_id} could not be found.') {}

/** The attachment is gone. */
export class VolumeAttachmentNotFound extends notFound(
  'VolumeAttachmentNotFound',
  'Volume attachment {attachment_id} could not be found.',
) {}

/** The instance keeps no NUMA topology. */
export class NumaTopologyNotFound extends notFound(
  'NumaTopologyNotFound',
  'Instance {instance_uuid} does not specify a NUMA topology',
) {}

/** The instance is in no migration. */
export class MigrationContextNotFound extends notFound(
  'MigrationContextNotFound',
  'Instance {instance_uuid} does not specify a migration context.',
) {}

/** A node has no such PCI device. */
export class PciDeviceNotFound extends notFound('PciDeviceNotFound', 'PCI Device {node_id}:{address} not found.') {}

/** No PCI device has the id. */
export class PciDeviceNotFoundById extends notFound('PciDeviceNotFoundById', 'PCI device {id} not found') {}

/** No aggregate has the id. */
export class AggregateNotFound extends notFound('AggregateNotFound', 'Aggregate {aggregate_id} could not be found.') {}
