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
    const shown = { service, url, trouble, remedy };
    super(sentence(shown), { ...more, ...shown }, options);
    this.trouble = shown;
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

/** Neutron does not take the conductor's own token. */
export class NeutronAdminCredentialConfigurationInvalid extends ServiceMisconfigured {
  override readonly name = 'NeutronAdminCredentialConfigurationInvalid' as const;
}

/** Cinder serves no microversion that is new enough. */
export class CinderAPIVersionNotAvailable extends ServiceMisconfigured {
  override readonly name = 'CinderAPIVersionNotAvailable' as const;
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
