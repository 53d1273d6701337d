import { NovaError, type ErrorParams, type ErrorText } from './nova-error.ts';

/* Errors of code 404: what was asked for is not there. */

/** What is asked for is not there. */
export class NotFound extends NovaError {
  override readonly name: string = 'NotFound';
  override readonly code: number = 404;

  constructor(params: ErrorParams = {}, options?: ErrorText) {
    super('Resource could not be found.', params, options);
  }
}

/** The instance row is missing, deleted or not visible. */
export class InstanceNotFound extends NotFound {
  override readonly name = 'InstanceNotFound' as const;

  constructor(p: { readonly instance_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `Instance ${p.instance_id} could not be found.`, ...options });
  }
}

/** The network cache row is missing on save or read. */
export class InstanceInfoCacheNotFound extends NotFound {
  override readonly name = 'InstanceInfoCacheNotFound' as const;

  constructor(p: { readonly instance_uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Info cache for instance ${p.instance_uuid} could not be found.`, ...options });
  }
}

/** No mapping row, or one without a cell. */
export class InstanceMappingNotFound extends NotFound {
  override readonly name = 'InstanceMappingNotFound' as const;

  constructor(p: { readonly uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Instance ${p.uuid} has no mapping to a cell.`, ...options });
  }
}

/** No such cell; cell0 is not set up. */
export class CellMappingNotFound extends NotFound {
  override readonly name = 'CellMappingNotFound' as const;

  constructor(p: { readonly uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Cell ${p.uuid} has no mapping.`, ...options });
  }
}

/** The build request is gone (the user deleted the server) or cannot be read. */
export class BuildRequestNotFound extends NotFound {
  override readonly name = 'BuildRequestNotFound' as const;

  constructor(p: { readonly uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Build request not found for instance ${p.uuid}`, ...options });
  }
}

/** No stored request spec. */
export class RequestSpecNotFound extends NotFound {
  override readonly name = 'RequestSpecNotFound' as const;

  constructor(p: { readonly instance_uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Request spec not found for instance ${p.instance_uuid}`, ...options });
  }
}

/** The image service has no such image. */
export class ImageNotFound extends NotFound {
  override readonly name = 'ImageNotFound' as const;

  constructor(p: { readonly image_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `Image ${p.image_id} could not be found.`, ...options });
  }
}

/** The flavor is unknown. */
export class FlavorNotFound extends NotFound {
  override readonly name = 'FlavorNotFound' as const;

  constructor(p: { readonly flavor_id: string | number }, options?: ErrorText) {
    super({ ...p }, { message: `Flavor ${p.flavor_id} could not be found.`, ...options });
  }
}

/** The migration row is missing on save or read. */
export class MigrationNotFound extends NotFound {
  override readonly name: string = 'MigrationNotFound';

  constructor(p: ErrorParams & { readonly migration_id?: string | number }, options?: ErrorText) {
    super({ ...p }, { message: `Migration ${p.migration_id} could not be found.`, ...options });
  }
}

/** No migration of the instance in that status. */
export class MigrationNotFoundByStatus extends MigrationNotFound {
  override readonly name = 'MigrationNotFoundByStatus' as const;

  constructor(p: { readonly instance_id: string; readonly status: string }, options?: ErrorText) {
    super(
      { ...p },
      { message: `Migration not found for instance ${p.instance_id} with status ${p.status}.`, ...options },
    );
  }
}

/** The migration belongs to another instance. */
export class MigrationNotFoundForInstance extends MigrationNotFound {
  override readonly name = 'MigrationNotFoundForInstance' as const;

  constructor(p: { readonly migration_id: string | number; readonly instance_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `Migration ${p.migration_id} not found for instance ${p.instance_id}`, ...options });
  }
}

/** The instance is in no group, or the group is deleted. */
export class InstanceGroupNotFound extends NotFound {
  override readonly name = 'InstanceGroupNotFound' as const;

  constructor(p: { readonly group_uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Instance group ${p.group_uuid} could not be found.`, ...options });
  }
}

/** The device row is missing on save. */
export class BDMNotFound extends NotFound {
  override readonly name = 'BDMNotFound' as const;

  constructor(p: { readonly id: string | number }, options?: ErrorText) {
    super({ ...p }, { message: `No Block Device Mapping with id ${p.id}.`, ...options });
  }
}

/** No device uses the volume. */
export class VolumeBDMNotFound extends NotFound {
  override readonly name = 'VolumeBDMNotFound' as const;

  constructor(p: { readonly volume_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `No volume Block Device Mapping with id ${p.volume_id}.`, ...options });
  }
}

/** A server has no mapping of the share. */
export class ShareNotFound extends NotFound {
  override readonly name = 'ShareNotFound' as const;

  constructor(p: { readonly share_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `Share ${p.share_id} could not be found.`, ...options });
  }
}

/** The tag to delete is missing. */
export class InstanceTagNotFound extends NotFound {
  override readonly name = 'InstanceTagNotFound' as const;

  constructor(p: { readonly instance_id: string; readonly tag: string }, options?: ErrorText) {
    super({ ...p }, { message: `Instance ${p.instance_id} has no tag '${p.tag}'`, ...options });
  }
}

/** The service id is unknown. */
export class ServiceNotFound extends NotFound {
  override readonly name = 'ServiceNotFound' as const;

  constructor(p: { readonly service_id: string | number }, options?: ErrorText) {
    super({ ...p }, { message: `Service ${p.service_id} could not be found.`, ...options });
  }
}

/** The host is unknown. */
export class HostNotFound extends NotFound {
  override readonly name: string = 'HostNotFound';

  constructor(p: { readonly host: string | number }, options?: ErrorText) {
    super({ ...p }, { message: `Host ${p.host} could not be found.`, ...options });
  }
}

/** No service or compute node record for a host, or host and node. */
export class ComputeHostNotFound extends HostNotFound {
  override readonly name = 'ComputeHostNotFound' as const;

  constructor(p: { readonly host: string | number }, options?: ErrorText) {
    super({ ...p }, { message: `Compute host ${p.host} could not be found.`, ...options });
  }
}

/** The host runs no such service. */
export class HostBinaryNotFound extends NotFound {
  override readonly name = 'HostBinaryNotFound' as const;

  constructor(p: { readonly host: string; readonly binary: string }, options?: ErrorText) {
    super({ ...p }, { message: `Could not find binary ${p.binary} on host ${p.host}.`, ...options });
  }
}
