import { Invalid } from './invalid.ts';
import { NotFound } from './not-found.ts';
import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of the OpenStack services that the conductor asks (Placement, Glance, Neutron, Cinder, Cyborg, Keystone). */

/** Which service, where, what was wrong, and what an operator does about it. */
export interface ServiceTrouble {
  /** For instance `placement`. */
  readonly service: string;
  /** Without user information and query. */
  readonly url: string;
  readonly trouble: string;
  readonly remedy: string;
  /** The microversion that was asked for, where the service serves no such one. */
  readonly version?: string;
}

const sentence = ({ service, url, trouble, remedy }: ServiceTrouble): string =>
  `The ${service} service at ${url} ${trouble}. ${remedy}`;

/**
 * A service gives nothing that can be used now. The same call may be made again once it is
 * back, or what is wrong is mended.
 */
export class ServiceUnusable extends NovaError {
  override readonly name: string = 'ServiceUnusable';
  override readonly passes = true;
  readonly trouble: ServiceTrouble;

  constructor({ service, url, trouble, remedy, ...more }: ServiceTrouble, options?: ErrorText) {
    const told = { service, url, trouble, remedy };
    super(sentence(told), { ...more, ...told }, options);
    this.trouble = told;
  }
}

/** A service did not answer, or asked to come back later. */
export class ServiceNotReached extends ServiceUnusable {
  override readonly name: string = 'ServiceNotReached';
  override readonly code = 503;
  /** Whether the service may have carried the request out although no answer came. */
  readonly maybeDone: boolean;

  constructor(
    { maybeDone = false, ...trouble }: ServiceTrouble & { readonly maybeDone?: boolean },
    options?: ErrorText,
  ) {
    super(trouble, options);
    this.maybeDone = maybeDone;
  }
}

/** Placement did not answer. */
export class PlacementAPIConnectFailure extends ServiceNotReached {
  override readonly name = 'PlacementAPIConnectFailure' as const;
}

/** Glance did not answer within the tries. */
export class GlanceConnectionFailed extends ServiceNotReached {
  override readonly name = 'GlanceConnectionFailed' as const;
}

/** Cinder did not answer. */
export class CinderConnectionFailed extends ServiceNotReached {
  override readonly name = 'CinderConnectionFailed' as const;
}

/**
 * The deployment and a service do not fit: a credential, a role, a region, a catalog or a version. A person has to act.
 */
export class ServiceMisconfigured extends ServiceUnusable {
  override readonly name: string = 'ServiceMisconfigured';
}

/** A service does not take the user's token. */
export class Unauthorized extends NovaError {
  override readonly name = 'Unauthorized' as const;
  override readonly code = 401;

  constructor(p: { readonly service: string }, options?: ErrorText) {
    super(`Not authorized by the ${p.service} service.`, { ...p }, options);
  }
}

/** What a service was sent makes no sense to it. */
export class InvalidInput extends Invalid {
  override readonly name = 'InvalidInput' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Invalid input received: ${p.reason}`, ...options });
  }
}

/** Placement did not say what a consumer holds. */
export class ConsumerAllocationRetrievalFailed extends NovaError {
  override readonly name = 'ConsumerAllocationRetrievalFailed' as const;

  constructor(p: { readonly consumer_uuid: string; readonly error: string }, options?: ErrorText) {
    super(`Failed to retrieve allocations for consumer ${p.consumer_uuid}: ${p.error}`, { ...p }, options);
  }
}

/** Placement refused to release what a consumer holds. */
export class AllocationDeleteFailed extends NovaError {
  override readonly name = 'AllocationDeleteFailed' as const;

  constructor(p: { readonly consumer_uuid: string; readonly error: string }, options?: ErrorText) {
    super(`Failed to delete allocations for consumer ${p.consumer_uuid}. Error: ${p.error}`, { ...p }, options);
  }
}

/** Glance does not let the caller see or change the image. */
export class ImageNotAuthorized extends NovaError {
  override readonly name = 'ImageNotAuthorized' as const;

  constructor(p: { readonly image_id: string }, options?: ErrorText) {
    super(`Not authorized for image ${p.image_id}.`, { ...p }, options);
  }
}

/** Glance cannot make sense of a request. */
export class ImageBadRequest extends Invalid {
  override readonly name = 'ImageBadRequest' as const;

  constructor(p: { readonly image_id: string; readonly response: string }, options?: ErrorText) {
    super({ ...p }, { message: `Request of image ${p.image_id} got BadRequest response: ${p.response}`, ...options });
  }
}

/** The project may not have more images, or larger ones. */
export class ImageQuotaExceeded extends NovaError {
  override readonly name = 'ImageQuotaExceeded' as const;

  constructor(p: { readonly image_id: string }, options?: ErrorText) {
    super(`Quota exceeded or out of space for image ${p.image_id} in the image service.`, { ...p }, options);
  }
}

/** The image service does not delete an image that is in use. */
export class ImageDeleteConflict extends NovaError {
  override readonly name = 'ImageDeleteConflict' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super(`Conflict deleting image. Reason: ${p.reason}.`, { ...p }, options);
  }
}

/** Neutron does not take the conductor's own token. */
export class NeutronAdminCredentialConfigurationInvalid extends ServiceMisconfigured {
  override readonly name = 'NeutronAdminCredentialConfigurationInvalid' as const;
}

/** The port is gone. */
export class PortNotFound extends NotFound {
  override readonly name = 'PortNotFound' as const;

  constructor(p: { readonly port_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `Port id ${p.port_id} could not be found.`, ...options });
  }
}

/** A port cannot be bound to a host. */
export class PortBindingFailed extends Invalid {
  override readonly name = 'PortBindingFailed' as const;

  constructor(p: { readonly port_id: string }, options?: ErrorText) {
    const message = `Binding failed for port ${p.port_id}, please check neutron logs for more information.`;
    super({ ...p }, { message, ...options });
  }
}

/** The binding of a port on a host cannot be deleted. */
export class PortBindingDeletionFailed extends NovaError {
  override readonly name = 'PortBindingDeletionFailed' as const;

  constructor(p: { readonly port_id: string; readonly host: string }, options?: ErrorText) {
    super(`Failed to delete binding for port ${p.port_id} on host ${p.host}.`, { ...p }, options);
  }
}

/** The binding of a port on a host cannot be made the active one. */
export class PortBindingActivationFailed extends NovaError {
  override readonly name = 'PortBindingActivationFailed' as const;

  constructor(p: { readonly port_id: string; readonly host: string }, options?: ErrorText) {
    super(`Failed to activate binding for port ${p.port_id} and host ${p.host}.`, { ...p }, options);
  }
}

/** The volume is gone. */
export class VolumeNotFound extends NotFound {
  override readonly name = 'VolumeNotFound' as const;

  constructor(p: { readonly volume_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `Volume ${p.volume_id} could not be found.`, ...options });
  }
}

/** The attachment is gone. */
export class VolumeAttachmentNotFound extends NotFound {
  override readonly name = 'VolumeAttachmentNotFound' as const;

  constructor(p: { readonly attachment_id: string }, options?: ErrorText) {
    super({ ...p }, { message: `Volume attachment ${p.attachment_id} could not be found.`, ...options });
  }
}

/** Cinder serves no microversion that is new enough. */
export class CinderAPIVersionNotAvailable extends ServiceMisconfigured {
  override readonly name = 'CinderAPIVersionNotAvailable' as const;
}

/** A device profile is not there, or not exactly one has the name. */
export class DeviceProfileError extends NovaError {
  override readonly name = 'DeviceProfileError' as const;

  constructor(p: { readonly name: string; readonly msg: string }, options?: ErrorText) {
    super(`Device profile name ${p.name}: ${p.msg}`, { ...p }, options);
  }
}

/** Accelerator requests could not be created, read or deleted. */
export class AcceleratorRequestOpFailed extends NovaError {
  override readonly name = 'AcceleratorRequestOpFailed' as const;

  constructor(p: { readonly op: 'create' | 'get' | 'delete'; readonly msg: string }, options?: ErrorText) {
    super(`Failed to ${p.op} accelerator requests: ${p.msg}`, { ...p }, options);
  }
}

/** Accelerator requests could not be bound; `arqs` are their uuids. */
export class AcceleratorRequestBindingFailed extends NovaError {
  override readonly name = 'AcceleratorRequestBindingFailed' as const;
  readonly arqs: readonly string[];

  constructor(p: { readonly arqs: readonly string[]; readonly msg: string }, options?: ErrorText) {
    super(`Failed to bind accelerator requests: ${p.msg}`, { msg: p.msg }, options);
    this.arqs = p.arqs;
  }
}

/** Placement did not say which traits a provider has. */
export class ResourceProviderTraitRetrievalFailed extends NovaError {
  override readonly name = 'ResourceProviderTraitRetrievalFailed' as const;

  constructor(p: { readonly uuid: string }, options?: ErrorText) {
    super(`Failed to get traits for resource provider with UUID ${p.uuid}`, { ...p }, options);
  }
}
