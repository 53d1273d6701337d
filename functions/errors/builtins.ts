import { NovaError, type ErrorText } from './nova-error.ts';

/* Python's own errors, where Nova lets them through to a caller. */

const BUILTINS = 'builtins';

/** A name is missing from a map; the text is the name in quotes, as Python writes it. */
export class KeyError extends NovaError {
  override readonly name = 'KeyError' as const;
  override readonly module = BUILTINS;

  constructor(key: string, options?: ErrorText) {
    super(`'${key}'`, {}, options);
  }
}

/** A value does not fit the field it is given to. */
export class ValueError extends NovaError {
  override readonly name = 'ValueError' as const;
  override readonly module = BUILTINS;

  constructor(message: string, options?: ErrorText) {
    super(message, {}, options);
  }
}

/** A combination that has no implementation, or a field that has no way of being loaded. */
export class NotImplementedError extends NovaError {
  override readonly name = 'NotImplementedError' as const;
  override readonly module = BUILTINS;

  constructor(message = '', options?: ErrorText) {
    super(message, {}, options);
  }
}

/** An attribute that an object does not have; Nova answers an unknown object method so. */
export class AttributeError extends NovaError {
  override readonly name = 'AttributeError' as const;
  override readonly module = BUILTINS;

  constructor(message: string, options?: ErrorText) {
    super(message, {}, options);
  }
}

/** Arguments that do not fit the method; Nova answers wrong or missing arguments so. */
export class PythonTypeError extends NovaError {
  override readonly name = 'TypeError';
  override readonly module = BUILTINS;

  constructor(message: string, options?: ErrorText) {
    super(message, {}, options);
  }
}
