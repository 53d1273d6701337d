import { DeclaredError, errorClass, type Declare } from './error-class.ts';

/* Errors of code 400: the request or its target does not fit. */

/** The request or its target does not fit. */
export const Invalid = errorClass(DeclaredError, 'Invalid', 'Bad Request - Invalid Parameters', { code: 400 });

const invalid: Declare = /* @__NO_SIDE_EFFECTS__ */ (name, message, kind) => errorClass(Invalid, name, message, kind);

/** Source and destination hypervisor types differ. */
export const InvalidHypervisorType = invalid('InvalidHypervisorType', 'The supplied hypervisor type is invalid.');

/** A remote check found the CPU not compatible. */
export const InvalidCPUInfo = invalid('InvalidCPUInfo', 'Unacceptable CPU info: {reason}');

/** The forced destination equals the source. */
export const UnableToMigrateToSelf = invalid(
  'UnableToMigrateToSelf',
  'Unable to migrate instance ({instance_id}) to current host ({host}).',
);

/** The destination hypervisor is older than the source. */
export const DestinationHypervisorTooOld = invalid(
  'DestinationHypervisorTooOld',
  'The instance requires a newer hypervisor version than has been provided.',
);

/** The operation is not allowed in this state. */
export const InstanceInvalidState = invalid(
  'InstanceInvalidState',
  'Instance {instance_uuid} in {attr} {state}. Cannot {method} while the instance is in this state.',
);

/** A server group policy needs a filter or weigher that is not configured. */
export const UnsupportedPolicyException = invalid(
  'UnsupportedPolicyException',
  'ServerGroup policy is not supported: {reason}',
);

/** The host is unknown to the API store. An Invalid, not a NotFound. */
export const HostMappingNotFound = invalid('HostMappingNotFound', "Host '{name}' is not mapped to any cell");

/** A service does not answer. */
export const ServiceUnavailable = invalid('ServiceUnavailable', 'Service is unavailable at this time.');

/** The compute service of a host is down or forced down. */
export const ComputeServiceUnavailable = errorClass(
  ServiceUnavailable,
  'ComputeServiceUnavailable',
  'Compute service of {host} is unavailable at this time.',
);

/** A server cannot be taken from a host whose compute service lives. */
export const ComputeServiceInUse = invalid('ComputeServiceInUse', 'Compute service of {host} is still in use.');

/** A host is not heard, and neither are many others, or it was never heard: a person has to look. */
export const ComputeServiceUndecided = invalid(
  'ComputeServiceUndecided',
  'Compute service of {host} may still be in use: {reason}.',
);

/** A host is not heard while nobody reads what hosts say: whether it lives is known once somebody does. */
export const ComputeServiceUnread = invalid(
  'ComputeServiceUnread',
  'Nobody knows whether the compute service of {host} is in use: {reason}.',
);

/** A malformed uuid was given to the store. */
export const InvalidUUID = invalid('InvalidUUID', 'Expected a uuid but received {uuid}.');

/** A volume cannot be used. */
export const InvalidVolume = invalid('InvalidVolume', 'Invalid volume: {reason}');

/** A disk description cannot be read. */
export const InvalidDiskInfo = invalid('InvalidDiskInfo', 'Disk info file is invalid: {reason}');

/** The port is bound already. */
export const PortNotFree = invalid('PortNotFree', 'Port {port_id} is still in use.');

/** This service is older than the deployment. */
export const ServiceTooOld = invalid(
  'ServiceTooOld',
  'This service is older (v{thisver}) than the minimum (v{minver}) version of the rest of the deployment. Unable to continue.',
);

/** Several devices use the volume. */
export const VolumeBDMIsMultiAttach = invalid(
  'VolumeBDMIsMultiAttach',
  'Block Device Mapping {volume_id} is a multi-attach volume and is not valid for this operation.',
);

/** The block devices of a server do not fit. */
export const InvalidBDM = invalid('InvalidBDM', 'Block Device Mapping is Invalid: {reason}');

/** What is asked for needs a newer RPC version than may be sent. */
export const UnsupportedRPCVersion = invalid(
  'UnsupportedRPCVersion',
  'Unsupported RPC version for {api}. Required >= {required}',
);

/** The volume may be attached to several servers, which the caller's API version does not know. */
export const MultiattachNotSupportedOldMicroversion = invalid(
  'MultiattachNotSupportedOldMicroversion',
  'Multiattach volumes are only supported starting with compute API version 2.60.',
);

/** Another device of the server has the path. */
export const DevicePathInUse = invalid('DevicePathInUse', 'The supplied device path ({path}) is in use.', {
  code: 409,
});

/** What a service was sent makes no sense to it. */
export const InvalidInput = invalid('InvalidInput', 'Invalid input received: {reason}');

/** Glance cannot make sense of a request. */
export const ImageBadRequest = invalid(
  'ImageBadRequest',
  'Request of image {image_id} got BadRequest response: {response}',
);

/** A port cannot be bound to a host. */
export const PortBindingFailed = invalid(
  'PortBindingFailed',
  'Binding failed for port {port_id}, please check neutron logs for more information.',
);
