import { PythonTypeError, type NovaError } from '#errors';
import type { RemotableMethod } from '#objects/versioned/remotable';
import type { MethodArguments } from '#records/method';

/** A call as it came: positions first, then names. */
export interface Call {
  /** `Type.method`, as Python names it. */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/**
 * Gives every argument of a method its value, as Python would.
 *
 * @throws PythonTypeError for one too many, one unknown, one given twice, or one missing, in Python's words
 */
export function bindArguments(method: RemotableMethod, call: Call): MethodArguments {
  const bound = new Map<string, unknown>();
  if (call.args.length > method.args.length && !method.varargs) throw tooMany(method, call);
  for (const [at, name] of method.args.entries()) if (at < call.args.length) bound.set(name, call.args[at]);
  for (const [name, value] of Object.entries(call.kwargs)) {
    if (!method.args.includes(name) && !method.varkw) {
      throw new PythonTypeError(`${call.name}() got an unexpected keyword argument '${name}'`);
    }
    if (bound.has(name)) throw new PythonTypeError(`${call.name}() got multiple values for argument '${name}'`);
    bound.set(name, value);
  }
  const missing = method.args.filter((name) => !bound.has(name) && !Object.hasOwn(method.defaults, name));
  if (missing.length > 0) throw absent(call, missing);
  for (const [name, value] of Object.entries(method.defaults)) if (!bound.has(name)) bound.set(name, value);
  return Object.fromEntries(bound);
}

/** The object or class counts, and for a class method the context as well. */
function tooMany(method: RemotableMethod, call: Call): NovaError {
  const own = method.kind === 'class' ? 2 : 1;
  const most = method.args.length + own;
  const least = most - Object.keys(method.defaults).length;
  const takes = least === most ? `${most}` : `from ${least} to ${most}`;
  const plural = most === 1 ? '' : 's';
  return new PythonTypeError(
    `${call.name}() takes ${takes} positional argument${plural} but ${call.args.length + own} were given`,
  );
}

function absent(call: Call, missing: readonly string[]): NovaError {
  const quoted = missing.map((name) => `'${name}'`);
  const last = quoted.pop() ?? '';
  const names = quoted.length === 0 ? last : `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} and ${last}`;
  const plural = missing.length === 1 ? '' : 's';
  return new PythonTypeError(
    `${call.name}() missing ${missing.length} required positional argument${plural}: ${names}`,
  );
}
