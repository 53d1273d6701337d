import { NovaError } from '#errors';
import type { Json } from '#ports/json';

/** oslo.messaging's form of an exception. */
interface OsloFailure {
  readonly class: string;
  readonly module: string;
  readonly message: string;
  readonly tb: readonly string[];
  readonly args: readonly Json[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/**
 * The failure text of a reply, from which an oslo.messaging client raises the same exception.
 *
 * An error that is not Nova's travels as a RuntimeError that says its name: the caller learns that the conductor failed,
 * and no argument or stack of ours leaves with it.
 */
export function serializeFailure(error: unknown): string {
  return JSON.stringify(describe(error));
}

function describe(error: unknown): OsloFailure {
  if (!(error instanceof NovaError)) {
    const name = error instanceof Error ? error.name : 'Error';
    const message = `the conductor failed with ${name}`;
    return { class: 'RuntimeError', module: 'builtins', message, tb: traceback(name), args: [message], kwargs: {} };
  }
  return {
    class: error.name,
    module: error.module,
    message: error.message,
    tb: traceback(error.name),
    args: error.message === '' ? [] : [error.message],
    kwargs: error.module === 'nova.exception' ? { ...error.params, code: error.code } : {},
  };
}

/** Clients print these lines; they hold no argument, so no secret. */
const traceback = (name: string): string[] => ['Traceback (most recent call last):\n', `  conductor: ${name}\n`];
