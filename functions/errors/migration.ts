import { DeclaredError, errorClass } from './error-class.ts';

/* Errors of moves, and the one that a reschedule fails a waiting step with. */

/** A live migration failed with something that no rule names. */
export class MigrationError
  extends /* @__PURE__ */ errorClass(DeclaredError, 'MigrationError', 'Migration error: {reason}') {}

/** A forced destination is not usable, or the remote check timed out. */
export class MigrationPreCheckError
  extends /* @__PURE__ */ errorClass(MigrationError, 'MigrationPreCheckError', 'Migration pre-check error: {reason}') {}

/** The remote check failed on the client side. */
export class MigrationPreCheckClientException
  extends /* @__PURE__ */ errorClass(
    MigrationError,
    'MigrationPreCheckClientException',
    'Client exception during Migration Pre check: {reason}',
  ) {}

/** The scheduler answered a remote error of unknown type. */
export class MigrationSchedulerRPCError
  extends /* @__PURE__ */ errorClass(
    MigrationError,
    'MigrationSchedulerRPCError',
    'Migration select destinations error: {reason}',
  ) {}

/** Automatic block migration was asked while computes are too old. */
export class LiveMigrationWithOldNovaNotSupported
  extends /* @__PURE__ */ errorClass(
    DeclaredError,
    'LiveMigrationWithOldNovaNotSupported',
    'Automatic block migration is not available before the upgrade is complete.',
  ) {}

/** A remote check expected a local path. */
export class InvalidLocalStorage
  extends /* @__PURE__ */ errorClass(
    DeclaredError,
    'InvalidLocalStorage',
    '{path} is not on local storage: {reason}',
  ) {}

/** A remote check expected a shared path. */
export class InvalidSharedStorage
  extends /* @__PURE__ */ errorClass(
    DeclaredError,
    'InvalidSharedStorage',
    '{path} is not on shared storage: {reason}',
  ) {}

/** The hypervisor connection is lost on a host. */
export class HypervisorUnavailable
  extends /* @__PURE__ */ errorClass(
    DeclaredError,
    'HypervisorUnavailable',
    'Connection to the hypervisor is broken on host',
  ) {}

/** The shelved image is gone. */
export class UnshelveException
  extends /* @__PURE__ */ errorClass(
    DeclaredError,
    'UnshelveException',
    'Error during unshelve instance {instance_id}: {reason}',
  ) {}

/** A host gave a build up for good. */
export class BuildAbortException
  extends /* @__PURE__ */ errorClass(
    DeclaredError,
    'BuildAbortException',
    'Build of instance {instance_uuid} aborted: {reason}',
  ) {}

/** A host handed the server back: a waiting step fails with it and takes the next alternate. */
export class RescheduledException
  extends /* @__PURE__ */ errorClass(
    DeclaredError,
    'RescheduledException',
    'Build of instance {instance_uuid} was re-scheduled: {reason}',
  ) {}
