import { NovaError, type ErrorParams, type ErrorText } from './nova-error.ts';

/* Errors of code 400: the request or its target does not fit. */

/** The request or its target does not fit. */
export class Invalid extends NovaError {
  override readonly name: string = 'Invalid';
  override readonly code: number = 400;

  constructor(params: ErrorParams = {}, options?: ErrorText) {
    super('Bad Request - Invalid Parameters', params, options);
  }
}

/** Source and destination hypervisor types differ. */
export class InvalidHypervisorType extends Invalid {
  override readonly name = 'InvalidHypervisorType' as const;

  constructor(options?: ErrorText) {
    super({}, { message: 'The supplied hypervisor type is invalid.', ...options });
  }
}

/** A remote check found the CPU not compatible. */
export class InvalidCPUInfo extends Invalid {
  override readonly name = 'InvalidCPUInfo' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Unacceptable CPU info: ${p.reason}`, ...options });
  }
}

/** The forced destination equals the source. */
export class UnableToMigrateToSelf extends Invalid {
  override readonly name = 'UnableToMigrateToSelf' as const;

  constructor(p: { readonly instance_id: string; readonly host: string }, options?: ErrorText) {
    super(
      { ...p },
      { message: `Unable to migrate instance (${p.instance_id}) to current host (${p.host}).`, ...options },
    );
  }
}

/** The destination hypervisor is older than the source. */
export class DestinationHypervisorTooOld extends Invalid {
  override readonly name = 'DestinationHypervisorTooOld' as const;

  constructor(options?: ErrorText) {
    super({}, { message: 'The instance requires a newer hypervisor version than has been provided.', ...options });
  }
}

/** The operation is not allowed in this state. */
export class InstanceInvalidState extends Invalid {
  override readonly name = 'InstanceInvalidState' as const;

  constructor(
    p: {
      readonly instance_uuid: string;
      readonly attr: string;
      readonly state: string | number | null;
      readonly method: string;
    },
    options?: ErrorText,
  ) {
    super(
      { ...p },
      {
        message: `Instance ${p.instance_uuid} in ${p.attr} ${p.state}. Cannot ${p.method} while the instance is in this state.`,
        ...options,
      },
    );
  }
}

/** A server group policy needs a filter or weigher that is not configured. */
export class UnsupportedPolicyException extends Invalid {
  override readonly name = 'UnsupportedPolicyException' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `ServerGroup policy is not supported: ${p.reason}`, ...options });
  }
}

/** The host is unknown to the API store. An Invalid, not a NotFound. */
export class HostMappingNotFound extends Invalid {
  override readonly name = 'HostMappingNotFound' as const;

  constructor(p: { readonly name: string }, options?: ErrorText) {
    super({ ...p }, { message: `Host '${p.name}' is not mapped to any cell`, ...options });
  }
}

/** A service does not answer. */
export class ServiceUnavailable extends Invalid {
  override readonly name: string = 'ServiceUnavailable';

  constructor(params: ErrorParams = {}, options?: ErrorText) {
    super(params, { message: 'Service is unavailable at this time.', ...options });
  }
}

/** The compute service of a host is down or forced down. */
export class ComputeServiceUnavailable extends ServiceUnavailable {
  override readonly name = 'ComputeServiceUnavailable' as const;

  constructor(p: { readonly host: string }, options?: ErrorText) {
    super({ ...p }, { message: `Compute service of ${p.host} is unavailable at this time.`, ...options });
  }
}

/** A server cannot be taken from a host whose compute service lives. */
export class ComputeServiceInUse extends Invalid {
  override readonly name = 'ComputeServiceInUse' as const;

  constructor(p: { readonly host: string }, options?: ErrorText) {
    super({ ...p }, { message: `Compute service of ${p.host} is still in use.`, ...options });
  }
}

/**
 * A host is not heard, and what it may have said last is not read yet: in a minute or two it is known whether it lives.
 */
export class ComputeServiceUndecided extends Invalid {
  override readonly name = 'ComputeServiceUndecided' as const;

  constructor(p: { readonly host: string; readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Compute service of ${p.host} may still be in use: ${p.reason}.`, ...options });
  }
}

/** A malformed uuid was given to the store. */
export class InvalidUUID extends Invalid {
  override readonly name = 'InvalidUUID' as const;

  constructor(p: { readonly uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Expected a uuid but received ${p.uuid}.`, ...options });
  }
}

/** A volume cannot be used. */
export class InvalidVolume extends Invalid {
  override readonly name = 'InvalidVolume' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Invalid volume: ${p.reason}`, ...options });
  }
}

/** A disk description cannot be read. */
export class InvalidDiskInfo extends Invalid {
  override readonly name = 'InvalidDiskInfo' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Disk info file is invalid: ${p.reason}`, ...options });
  }
}

/** The port is bound already. */
export class PortNotFree extends Invalid {
  override readonly name = 'PortNotFree' as const;

  constructor(p: { readonly port_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `Port ${p.port_id} is still in use.`, ...options });
  }
}

/** This service is older than the deployment. */
export class ServiceTooOld extends Invalid {
  override readonly name = 'ServiceTooOld' as const;

  constructor(p: { readonly thisver: number; readonly minver: number }, options?: ErrorText) {
    super(
      { ...p },
      {
        message: `This service is older (v${p.thisver}) than the minimum (v${p.minver}) version of the rest of the deployment. Unable to continue.`,
        ...options,
      },
    );
  }
}

/** Several devices use the volume. */
export class VolumeBDMIsMultiAttach extends Invalid {
  override readonly name = 'VolumeBDMIsMultiAttach' as const;

  constructor(p: { readonly volume_id: string }, options?: ErrorText) {
    super(
      { ...p },
      {
        message: `Block Device Mapping ${p.volume_id} is a multi-attach volume and is not valid for this operation.`,
        ...options,
      },
    );
  }
}

/** The block devices of a server do not fit. */
export class InvalidBDM extends Invalid {
  override readonly name = 'InvalidBDM' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Block Device Mapping is Invalid: ${p.reason}`, ...options });
  }
}

/** What is asked for needs a newer RPC version than may be sent. */
export class UnsupportedRPCVersion extends Invalid {
  override readonly name = 'UnsupportedRPCVersion' as const;

  constructor(p: { readonly api: string; readonly required: string }, options?: ErrorText) {
    super({ ...p }, { message: `Unsupported RPC version for ${p.api}. Required >= ${p.required}`, ...options });
  }
}

/** The volume may be attached to several servers, which the caller's API version does not know. */
export class MultiattachNotSupportedOldMicroversion extends Invalid {
  override readonly name = 'MultiattachNotSupportedOldMicroversion' as const;

  constructor(p: object = {}, options?: ErrorText) {
    super(
      { ...p },
      { message: 'Multiattach volumes are only supported starting with compute API version 2.60.', ...options },
    );
  }
}

/** Another device of the server has the path. */
export class DevicePathInUse extends Invalid {
  override readonly name = 'DevicePathInUse' as const;
  override readonly code = 409;

  constructor(p: { readonly path: string }, options?: ErrorText) {
    super({ ...p }, { message: `The supplied device path (${p.path}) is in use.`, ...options });
  }
}
