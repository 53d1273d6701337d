/** A method that a compute may call through the conductor: its arguments after the object or class and the context. */
export interface RemotableMethod {
  readonly kind: 'class' | 'instance';
  readonly args: readonly string[];
  /** Values of the arguments that may be left out. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Takes any number of further positional arguments. */
  readonly varargs: boolean;
  /** Takes keyword arguments of any name. */
  readonly varkw: boolean;
}

/** What a method takes beyond its named arguments. */
interface Rest {
  readonly varargs?: boolean;
  readonly varkw?: boolean;
}

/** A method of the type. Required arguments come first, then those with a default, in the order given. */
export function classMethod(
  required: readonly string[] = [],
  defaults: Readonly<Record<string, unknown>> = {},
  rest: Rest = {},
): RemotableMethod {
  return method('class', required, defaults, rest);
}

/** A method of one object, given as for classMethod. */
export function instanceMethod(
  required: readonly string[] = [],
  defaults: Readonly<Record<string, unknown>> = {},
  rest: Rest = {},
): RemotableMethod {
  return method('instance', required, defaults, rest);
}

function method(
  kind: RemotableMethod['kind'],
  required: readonly string[],
  defaults: Readonly<Record<string, unknown>>,
  rest: Rest,
): RemotableMethod {
  return {
    kind,
    args: [...required, ...Object.keys(defaults)],
    defaults,
    varargs: rest.varargs ?? false,
    varkw: rest.varkw ?? false,
  };
}
