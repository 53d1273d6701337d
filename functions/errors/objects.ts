import { novaError } from './error-class.ts';
import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of versioned objects. */

/** A remotable method or a lazy load on an object without a context. */
export class OrphanedObjectError extends novaError(
  'OrphanedObjectError',
  'Cannot call {method} on orphaned {objtype} object',
  { module: 'oslo_versionedobjects.exception' },
) {}

/** A read-only field was given another value. */
export class ReadOnlyFieldError extends novaError('ReadOnlyFieldError', 'Cannot modify readonly field {field}', {
  module: 'oslo_versionedobjects.exception',
}) {}

/** A wire object of unknown type or wrong namespace. */
export class UnsupportedObjectError extends novaError('UnsupportedObjectError', 'Unsupported object type {objtype}', {
  module: 'oslo_versionedobjects.exception',
}) {}

/** No usable implementation of a version; the asker may want a backport. */
export class IncompatibleObjectVersion extends novaError(
  'IncompatibleObjectVersion',
  'Version {objver} of {objname} is not supported, supported version is {supported}',
  { module: 'oslo_versionedobjects.exception' },
) {}

/** A backport to a version newer than the object. */
export class InvalidTargetVersion extends novaError('InvalidTargetVersion', 'Invalid target version {version}', {
  module: 'oslo_versionedobjects.exception',
}) {}

/** Two classes of that name exist: Nova's own, and the object library's for lowering without a rule. */
export type ObjectActionModule = 'nova.exception' | 'oslo_versionedobjects.exception';

/** A method is not allowed in the object's state, a field is not lazy-loadable, or lowering is not possible. */
export class ObjectActionError extends NovaError {
  override readonly name = 'ObjectActionError' as const;
  override readonly module: ObjectActionModule;

  constructor(
    p: { readonly action: string; readonly reason: string },
    module: ObjectActionModule = 'nova.exception',
    text?: ErrorText,
  ) {
    super(`Object action ${p.action} failed because: ${p.reason}`, { ...p }, text);
    this.module = module;
  }
}
