import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of moves, and the one that a reschedule fails a waiting step with. */

/** A live migration failed with something that no rule names. */
export class MigrationError extends NovaError {
  override readonly name: string = 'MigrationError';

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super(`Migration error: ${p.reason}`, { ...p }, options);
  }
}

/** A forced destination is not usable, or the remote check timed out. */
export class MigrationPreCheckError extends MigrationError {
  override readonly name = 'MigrationPreCheckError' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Migration pre-check error: ${p.reason}`, ...options });
  }
}

/** The remote check failed on the client side. */
export class MigrationPreCheckClientException extends MigrationError {
  override readonly name = 'MigrationPreCheckClientException' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Client exception during Migration Pre check: ${p.reason}`, ...options });
  }
}

/** The scheduler answered a remote error of unknown type. */
export class MigrationSchedulerRPCError extends MigrationError {
  override readonly name = 'MigrationSchedulerRPCError' as const;

  constructor(p: { readonly reason: string }, options?: ErrorText) {
    super({ ...p }, { message: `Migration select destinations error: ${p.reason}`, ...options });
  }
}

/** Automatic block migration was asked while computes are too old. */
export class LiveMigrationWithOldNovaNotSupported extends NovaError {
  override readonly name = 'LiveMigrationWithOldNovaNotSupported' as const;

  constructor(options?: ErrorText) {
    super('Automatic block migration is not available before the upgrade is complete.', {}, options);
  }
}

/** A remote check expected a local path. */
export class InvalidLocalStorage extends NovaError {
  override readonly name = 'InvalidLocalStorage' as const;

  constructor(p: { readonly path: string; readonly reason: string }, options?: ErrorText) {
    super(`${p.path} is not on local storage: ${p.reason}`, { ...p }, options);
  }
}

/** A remote check expected a shared path. */
export class InvalidSharedStorage extends NovaError {
  override readonly name = 'InvalidSharedStorage' as const;

  constructor(p: { readonly path: string; readonly reason: string }, options?: ErrorText) {
    super(`${p.path} is not on shared storage: ${p.reason}`, { ...p }, options);
  }
}

/** The hypervisor connection is lost on a host. */
export class HypervisorUnavailable extends NovaError {
  override readonly name = 'HypervisorUnavailable' as const;

  constructor(p: { readonly host: string }, options?: ErrorText) {
    super('Connection to the hypervisor is broken on host', { ...p }, options);
  }
}

/** The shelved image is gone. */
export class UnshelveException extends NovaError {
  override readonly name = 'UnshelveException' as const;

  constructor(p: { readonly instance_id: string; readonly reason: string }, options?: ErrorText) {
    super(`Error during unshelve instance ${p.instance_id}: ${p.reason}`, { ...p }, options);
  }
}

/** A host gave a build up for good. */
export class BuildAbortException extends NovaError {
  override readonly name = 'BuildAbortException' as const;

  constructor(p: { readonly instance_uuid: string; readonly reason: string }, options?: ErrorText) {
    super(`Build of instance ${p.instance_uuid} aborted: ${p.reason}`, { ...p }, options);
  }
}

/** A host handed the server back: a waiting step fails with it and takes the next alternate. */
export class RescheduledException extends NovaError {
  override readonly name = 'RescheduledException' as const;

  constructor(p: { readonly instance_uuid: string; readonly reason: string }, options?: ErrorText) {
    super(`Build of instance ${p.instance_uuid} was re-scheduled: ${p.reason}`, { ...p }, options);
  }
}
