import { DeclaredError, errorClass, type Declare } from './error-class.ts';
import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of versioned objects. */

const objectError: Declare = /* @__NO_SIDE_EFFECTS__ */ (name, message) =>
  errorClass(DeclaredError, name, message, { module: 'oslo_versionedobjects.exception' });

/** A remotable method or a lazy load on an object without a context. */
export const OrphanedObjectError = objectError(
  'OrphanedObjectError',
  'Cannot call {method} on orphaned {objtype} object',
);

/** A read-only field was given another value. */
export const ReadOnlyFieldError = objectError('ReadOnlyFieldError', 'Cannot modify readonly field {field}');

/** A wire object of unknown type or wrong namespace. */
export const UnsupportedObjectError = objectError('UnsupportedObjectError', 'Unsupported object type {objtype}');

/** No usable implementation of a version; the asker may want a backport. */
export const IncompatibleObjectVersion = objectError(
  'IncompatibleObjectVersion',
  'Version {objver} of {objname} is not supported, supported version is {supported}',
);

/** A backport to a version newer than the object. */
export const InvalidTargetVersion = objectError('InvalidTargetVersion', 'Invalid target version {version}');

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
