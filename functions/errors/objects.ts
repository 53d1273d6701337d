import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of versioned objects. */

/** A remotable method or a lazy load on an object without a context. */
export class OrphanedObjectError extends NovaError {
  override readonly name = 'OrphanedObjectError' as const;
  override readonly module = 'oslo_versionedobjects.exception';

  constructor(p: { readonly method: string; readonly objtype: string }, options?: ErrorText) {
    super(`Cannot call ${p.method} on orphaned ${p.objtype} object`, { ...p }, options);
  }
}

/** A read-only field was given another value. */
export class ReadOnlyFieldError extends NovaError {
  override readonly name = 'ReadOnlyFieldError' as const;
  override readonly module = 'oslo_versionedobjects.exception';

  constructor(p: { readonly field: string }, options?: ErrorText) {
    super(`Cannot modify readonly field ${p.field}`, { ...p }, options);
  }
}

/** A wire object of unknown type or wrong namespace. */
export class UnsupportedObjectError extends NovaError {
  override readonly name = 'UnsupportedObjectError' as const;
  override readonly module = 'oslo_versionedobjects.exception';

  constructor(p: { readonly objtype: string }, options?: ErrorText) {
    super(`Unsupported object type ${p.objtype}`, { ...p }, options);
  }
}

/** No usable implementation of a version; the asker may want a backport. */
export class IncompatibleObjectVersion extends NovaError {
  override readonly name = 'IncompatibleObjectVersion' as const;
  override readonly module = 'oslo_versionedobjects.exception';

  constructor(
    p: { readonly objname: string; readonly objver: string; readonly supported: string },
    options?: ErrorText,
  ) {
    super(
      `Version ${p.objver} of ${p.objname} is not supported, supported version is ${p.supported}`,
      { ...p },
      options,
    );
  }
}

/** A backport to a version newer than the object. */
export class InvalidTargetVersion extends NovaError {
  override readonly name = 'InvalidTargetVersion' as const;
  override readonly module = 'oslo_versionedobjects.exception';

  constructor(p: { readonly version: string }, options?: ErrorText) {
    super(`Invalid target version ${p.version}`, { ...p }, options);
  }
}
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
