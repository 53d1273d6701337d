import * as catalogue from '#errors';
import { NovaError, RemoteError } from '#errors';

/** Classes whose name here differs from Python's, which JavaScript has taken. */
const RENAMED: Readonly<Record<string, string>> = { TypeError: 'PythonTypeError' };

type ErrorClass = new (params: object, options: { message: string }) => unknown;

/**
 * The error that a call failed with, from the failure text of its reply (oslo.messaging's form).
 *
 * A class of our catalogue comes back as itself, with message and params; any other as RemoteError, which keeps the
 * original name, text and traceback.
 */
export function remoteFailure(text: string): NovaError {
  const failure = parse(text);
  const { name, module, message, params } = failure;
  const known = Object.entries(catalogue).find(([key]) => key === (RENAMED[name] ?? name))?.[1];
  if (isErrorClass(known)) {
    const error = construct(known, params, message);
    if (error !== undefined && error.name === name && error.module === module) return error;
  }
  return new RemoteError({ exc_type: name, value: message, traceback: failure.traceback });
}

/**
 * The error that a compute answered a call with: one that is none of Nova's says its class alone, since its words may quote the
 * connections and passwords of a server.
 */
export function computeFailure(text: string): NovaError {
  const error = remoteFailure(text);
  return error instanceof RemoteError
    ? new RemoteError({ exc_type: parse(text).name, value: '', traceback: null })
    : error;
}

const isErrorClass = (value: unknown): value is ErrorClass =>
  typeof value === 'function' && value.prototype instanceof NovaError;

/** Undefined when the params on the wire are not those that the class needs. */
function construct(known: ErrorClass, params: object, message: string): NovaError | undefined {
  try {
    const error = new known(params, { message });
    return error instanceof NovaError ? error : undefined;
  } catch {
    return undefined;
  }
}

function parse(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const map = isRecord(value) ? value : { class: 'Unknown', message: text };
  const { tb, kwargs } = map;
  const { code: _code, ...params } = isRecord(kwargs) ? kwargs : {};
  return {
    name: textOf(map['class'], 'Unknown'),
    module: textOf(map['module'], ''),
    message: textOf(map['message'], ''),
    traceback: Array.isArray(tb) ? tb.join('') : null,
    params,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown, otherwise: string): string => (typeof value === 'string' ? value : otherwise);
