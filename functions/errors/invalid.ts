import { DeclaredError, errorClass } from './error-class.ts';

/* Errors of code 400: the request or its target does not fit. */

/** The request or its target does not fit. */
export class Invalid
  extends /* @__PURE__ */ errorClass(DeclaredError, 'Invalid', 'Bad Request - Invalid Parameters', { code: 400 }) {}

/** Source and destination hypervisor types differ. */
export class InvalidHypervisorType
  extends /* @__PURE__ */ errorClass(Invalid, 'InvalidHypervisorType', 'The supplied hypervisor type is invalid.') {}

/** A remote check found the CPU not compatible. */
export class InvalidCPUInfo
  extends /* @__PURE__ */ errorClass(Invalid, 'InvalidCPUInfo', 'Unacceptable CPU info: {reason}') {}

/** The forced destination equals the source. */
export class UnableToMigrateToSelf
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'UnableToMigrateToSelf',
    'Unable to migrate instance ({instance_id}) to current host ({host}).',
  ) {}

/** The destination hypervisor is older than the source. */
export class DestinationHypervisorTooOld
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'DestinationHypervisorTooOld',
    'The instance requires a newer hypervisor version than has been provided.',
  ) {}

/** The operation is not allowed in this state. */
export class InstanceInvalidState
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'InstanceInvalidState',
    'Instance {instance_uuid} in {attr} {state}. Cannot {method} while the instance is in this state.',
  ) {}

/** A server group policy needs a filter or weigher that is not configured. */
export class UnsupportedPolicyException
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'UnsupportedPolicyException',
    'ServerGroup policy is not supported: {reason}',
  ) {}

/** The host is unknown to the API store. An Invalid, not a NotFound. */
export class HostMappingNotFound
  extends /* @__PURE__ */ errorClass(Invalid, 'HostMappingNotFound', "Host '{name}' is not mapped to any cell") {}

/** A service does not answer. */
export class ServiceUnavailable
  extends /* @__PURE__ */ errorClass(Invalid, 'ServiceUnavailable', 'Service is unavailable at this time.') {}

/** The compute service of a host is down or forced down. */
export class ComputeServiceUnavailable
  extends /* @__PURE__ */ errorClass(
    ServiceUnavailable,
    'ComputeServiceUnavailable',
    'Compute service of {host} is unavailable at this time.',
  ) {}

/** A server cannot be taken from a host whose compute service lives. */
export class ComputeServiceInUse
  extends /* @__PURE__ */ errorClass(Invalid, 'ComputeServiceInUse', 'Compute service of {host} is still in use.') {}

/**
 * A host is not heard, and what it may have said last is not read yet: in a minute or two it is known whether it lives.
 */
export class ComputeServiceUndecided
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'ComputeServiceUndecided',
    'Compute service of {host} may still be in use: {reason}.',
  ) {}

/** A malformed uuid was given to the store. */
export class InvalidUUID
  extends /* @__PURE__ */ errorClass(Invalid, 'InvalidUUID', 'Expected a uuid but received {uuid}.') {}

/** A volume cannot be used. */
export class InvalidVolume extends /* @__PURE__ */ errorClass(Invalid, 'InvalidVolume', 'Invalid volume: {reason}') {}

/** A disk description cannot be read. */
export class InvalidDiskInfo
  extends /* @__PURE__ */ errorClass(Invalid, 'InvalidDiskInfo', 'Disk info file is invalid: {reason}') {}

/** The port is bound already. */
export class PortNotFree
  extends /* @__PURE__ */ errorClass(Invalid, 'PortNotFree', 'Port {port_id} is still in use.') {}

/** This service is older than the deployment. */
export class ServiceTooOld
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'ServiceTooOld',
    'This service is older (v{thisver}) than the minimum (v{minver}) version of the rest of the deployment. Unable to continue.',
  ) {}

/** Several devices use the volume. */
export class VolumeBDMIsMultiAttach
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'VolumeBDMIsMultiAttach',
    'Block Device Mapping {volume_id} is a multi-attach volume and is not valid for this operation.',
  ) {}

/** The block devices of a server do not fit. */
export class InvalidBDM
  extends /* @__PURE__ */ errorClass(Invalid, 'InvalidBDM', 'Block Device Mapping is Invalid: {reason}') {}

/** What is asked for needs a newer RPC version than may be sent. */
export class UnsupportedRPCVersion
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'UnsupportedRPCVersion',
    'Unsupported RPC version for {api}. Required >= {required}',
  ) {}

/** The volume may be attached to several servers, which the caller's API version does not know. */
export class MultiattachNotSupportedOldMicroversion
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'MultiattachNotSupportedOldMicroversion',
    'Multiattach volumes are only supported starting with compute API version 2.60.',
  ) {}

/** Another device of the server has the path. */
export class DevicePathInUse
  extends /* @__PURE__ */ errorClass(Invalid, 'DevicePathInUse', 'The supplied device path ({path}) is in use.', {
    code: 409,
  }) {}

/** What a service was sent makes no sense to it. */
export class InvalidInput
  extends /* @__PURE__ */ errorClass(Invalid, 'InvalidInput', 'Invalid input received: {reason}') {}

/** Glance cannot make sense of a request. */
export class ImageBadRequest
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'ImageBadRequest',
    'Request of image {image_id} got BadRequest response: {response}',
  ) {}

/** A port cannot be bound to a host. */
export class PortBindingFailed
  extends /* @__PURE__ */ errorClass(
    Invalid,
    'PortBindingFailed',
    'Binding failed for port {port_id}, please check neutron logs for more information.',
  ) {}
