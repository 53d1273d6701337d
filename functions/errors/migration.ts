import { errorsOf, novaError } from './error-class.ts';

/* Errors of moves, and the one that a reschedule fails a waiting step with. */

/** A live migration failed with something that no rule names. */
export class MigrationError extends novaError('MigrationError', 'Migration error: {reason}') {}

const migrationError = errorsOf(MigrationError);

/** A forced destination is not usable, or the remote check timed out. */
export class MigrationPreCheckError extends migrationError(
  'MigrationPreCheckError',
  'Migration pre-check error: {reason}',
) {}

/** The remote check failed on the client side. */
export class MigrationPreCheckClientException extends migrationError(
  'MigrationPreCheckClientException',
  'Client exception during Migration Pre check: {reason}',
) {}

/** The scheduler answered a remote error of unknown type. */
export class MigrationSchedulerRPCError extends migrationError(
  'MigrationSchedulerRPCError',
  'Migration select destinations error: {reason}',
) {}

/** Automatic block migration was asked while computes are too old. */
export class LiveMigrationWithOldNovaNotSupported extends novaError(
  'LiveMigrationWithOldNovaNotSupported',
  'Automatic block migration is not available before the upgrade is complete.',
) {}

/** A remote check expected a local path. */
export class InvalidLocalStorage extends novaError('InvalidLocalStorage', '{path} is not on local storage: {reason}') {}

/** A remote check expected a shared path. */
export class InvalidSharedStorage extends novaError(
  'InvalidSharedStorage',
  '{path} is not on shared storage: {reason}',
) {}

/** The hypervisor connection is lost on a host. */
export class HypervisorUnavailable extends novaError(
  'HypervisorUnavailable',
  'Connection to the hypervisor is broken on host',
) {}

/** The shelved image is gone. */
export class UnshelveException extends novaError(
  'UnshelveException',
  'Error during unshelve instance {instance_id}: {reason}',
) {}

/** A host gave a build up for good. */
export class BuildAbortException extends novaError(
  'BuildAbortException',
  'Build of instance {instance_uuid} aborted: {reason}',
) {}

/** A host handed the server back: a waiting step fails with it and takes the next alternate. */
export class RescheduledException extends novaError(
  'RescheduledException',
  'Build of instance {instance_uuid} was re-scheduled: {reason}',
) {}
