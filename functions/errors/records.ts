import { NotFound } from './not-found.ts';
import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of the records that computes keep through the conductor. */

/** The host has a service of that kind. */
export class ServiceBinaryExists extends NovaError {
  override readonly name = 'ServiceBinaryExists' as const;

  constructor(p: { readonly host: string; readonly binary: string }, options?: ErrorText) {
    super(`Service with host ${p.host} binary ${p.binary} exists.`, { ...p }, options);
  }
}

/** A compute node of that uuid, or of that host and hypervisor, is there. */
export class DuplicateRecord extends NovaError {
  override readonly name = 'DuplicateRecord' as const;

  constructor(p: { readonly target: string }, options?: ErrorText) {
    super(`Unable to create duplicate record for ${p.target}`, { ...p }, options);
  }
}

/** A row with the same unique key is there; Nova lets its database's error through. */
export class DBDuplicateEntry extends NovaError {
  override readonly name = 'DBDuplicateEntry' as const;
  override readonly module = 'oslo_db.exception';

  constructor(message: string, options?: ErrorText) {
    super(message, {}, options);
  }
}

/** The instance keeps no NUMA topology. */
export class NumaTopologyNotFound extends NotFound {
  override readonly name = 'NumaTopologyNotFound' as const;

  constructor(p: { readonly instance_uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Instance ${p.instance_uuid} does not specify a NUMA topology`, ...options });
  }
}

/** The instance is in no migration. */
export class MigrationContextNotFound extends NotFound {
  override readonly name = 'MigrationContextNotFound' as const;

  constructor(p: { readonly instance_uuid: string }, options?: ErrorText) {
    super({ ...p }, { message: `Instance ${p.instance_uuid} does not specify a migration context.`, ...options });
  }
}

/** A node has no such PCI device. */
export class PciDeviceNotFound extends NotFound {
  override readonly name = 'PciDeviceNotFound' as const;

  constructor(p: { readonly node_id: number; readonly address: string }, options?: ErrorText) {
    super({ ...p }, { message: `PCI Device ${p.node_id}:${p.address} not found.`, ...options });
  }
}

/** No PCI device has the id. */
export class PciDeviceNotFoundById extends NotFound {
  override readonly name = 'PciDeviceNotFoundById' as const;

  constructor(p: { readonly id: number }, options?: ErrorText) {
    super({ ...p }, { message: `PCI device ${p.id} not found`, ...options });
  }
}

/** A virtual interface could not be made. */
export class VirtualInterfaceCreateException extends NovaError {
  override readonly name = 'VirtualInterfaceCreateException' as const;

  constructor(options?: ErrorText) {
    super('Virtual Interface creation failed', {}, options);
  }
}

/** The periodic task is at work on the host for this period. */
export class TaskAlreadyRunning extends NovaError {
  override readonly name = 'TaskAlreadyRunning' as const;

  constructor(p: { readonly task_name: string; readonly host: string }, options?: ErrorText) {
    super(`Task ${p.task_name} is already running on host ${p.host}`, { ...p }, options);
  }
}

/** The periodic task was not begun on the host for this period. */
export class TaskNotRunning extends NovaError {
  override readonly name = 'TaskNotRunning' as const;

  constructor(p: { readonly task_name: string; readonly host: string }, options?: ErrorText) {
    super(`Task ${p.task_name} is not running on host ${p.host}`, { ...p }, options);
  }
}

/** The console token is unknown or has expired. */
export class InvalidToken extends NovaError {
  override readonly name = 'InvalidToken' as const;
  override readonly code: number = 400;

  /** The token itself stays out of the text: it opens a console. */
  constructor(options?: ErrorText) {
    super('The token is invalid or has expired', {}, options);
  }
}

/** A token was authorized twice under one name. */
export class TokenInUse extends NovaError {
  override readonly name = 'TokenInUse' as const;

  constructor(options?: ErrorText) {
    super('The generated token is invalid', {}, options);
  }
}

/** No aggregate has the id. */
export class AggregateNotFound extends NotFound {
  override readonly name = 'AggregateNotFound' as const;

  constructor(p: { readonly aggregate_id: number | string }, options?: ErrorText) {
    super({ ...p }, { message: `Aggregate ${p.aggregate_id} could not be found.`, ...options });
  }
}

/** Another aggregate has the name. */
export class AggregateNameExists extends NovaError {
  override readonly name = 'AggregateNameExists' as const;

  constructor(p: { readonly aggregate_name: string }, options?: ErrorText) {
    super(`Aggregate ${p.aggregate_name} already exists.`, { ...p }, options);
  }
}

/** Another flavor has the name. */
export class FlavorExists extends NovaError {
  override readonly name = 'FlavorExists' as const;

  constructor(p: { readonly name: string }, options?: ErrorText) {
    super(`Flavor with name ${p.name} already exists.`, { ...p }, options);
  }
}

/** Another flavor has the id that users know it by. */
export class FlavorIdExists extends NovaError {
  override readonly name = 'FlavorIdExists' as const;

  constructor(p: { readonly flavor_id: string }, options?: ErrorText) {
    super(`Flavor with ID ${p.flavor_id} already exists.`, { ...p }, options);
  }
}
