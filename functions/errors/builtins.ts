import { NovaError, type ErrorText } from './nova-error.ts';

/* Python's own errors, where Nova lets them through to a caller. */

type BuiltinClass<Name extends string> = Omit<typeof NovaError, 'prototype'> &
  (new (message?: string, options?: ErrorText) => NovaError & { readonly name: Name });

/** Declares a class of Python's; its text is the raiser's. */
const builtin = /* @__NO_SIDE_EFFECTS__ */ <const Name extends string>(name: Name): BuiltinClass<Name> =>
  class extends NovaError {
    override readonly name = name;
    override readonly module = 'builtins';

    constructor(message = '', options?: ErrorText) {
      super(message, {}, options);
    }
  };

/** A name is missing from a map; the text is the name in quotes, as Python writes it. */
export class KeyError extends builtin('KeyError') {
  constructor(key: string, options?: ErrorText) {
    super(`'${key}'`, options);
  }
}

/** A value does not fit the field it is given to. */
export const ValueError = builtin('ValueError');

/** A combination that has no implementation, or a field that has no way of being loaded. */
export const NotImplementedError = builtin('NotImplementedError');

/** An attribute that an object does not have; Nova answers an unknown object method so. */
export const AttributeError = builtin('AttributeError');

/** Arguments that do not fit the method; Nova answers wrong or missing arguments so. */
export const PythonTypeError = builtin('TypeError');
