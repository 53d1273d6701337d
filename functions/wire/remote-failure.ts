import * as catalogue from '#errors';
import { NovaError, RemoteError } from '#errors';
import { maskedText } from './masked-text.ts';

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
  const { name, message, traceback } = failure;
  return ofCatalogue(failure) ?? new RemoteError({ exc_type: name, value: message, traceback });
}

/**
 * The error that a compute answered a call with. Its words may quote the connections and passwords of a server: one of
 * Nova's says them without the values of secrets, and one that is none of Nova's says its class alone.
 */
export function computeFailure(text: string): NovaError {
  const { name, message, params, ...failure } = parse(text);
  const error = ofCatalogue({ ...failure, name, message: maskedText(message), params: withoutSecrets(params) });
  return error === undefined || error instanceof RemoteError
    ? new RemoteError({ exc_type: maskedText(name), value: '', traceback: null })
    : error;
}

/** Undefined when the class is none of our catalogue, or the params are not those that it needs. */
function ofCatalogue({ name, module, message, params }: Failure): NovaError | undefined {
  const known = Object.entries(catalogue).find(([key]) => key === (RENAMED[name] ?? name))?.[1];
  if (!isErrorClass(known)) return undefined;
  const error = construct(known, params, message);
  return error?.name === name && error.module === module ? error : undefined;
}

/** Parameters at any depth: texts are masked, and what has the name of a secret is covered whole. */
function withoutSecrets(params: Record<string, unknown>): Record<string, unknown> {
  const covered: Record<string, unknown> = JSON.parse(JSON.stringify(params), (key, value: unknown) => {
    if (value !== null && maskedText(`${key}=x`) !== `${key}=x`) return '***';
    return typeof value === 'string' ? maskedText(value) : value;
  });
  return covered;
}

const isErrorClass = (value: unknown): value is ErrorClass =>
  typeof value === 'function' && value.prototype instanceof NovaError;

function construct(known: ErrorClass, params: object, message: string): NovaError | undefined {
  try {
    const error = new known(params, { message });
    return error instanceof NovaError ? error : undefined;
  } catch {
    return undefined;
  }
}

interface Failure {
  readonly name: string;
  readonly module: string;
  readonly message: string;
  readonly params: Record<string, unknown>;
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
