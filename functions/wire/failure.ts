import { NovaError } from '#errors';
import type { Json } from '#ports/json';
import { ItemTooLarge } from '#ports/tables';
import { MalformedMessage } from './envelope.ts';

/** oslo.messaging's form of an exception. */
interface OsloFailure {
  readonly class: string;
  readonly module: string;
  readonly message: string;
  readonly tb: readonly string[];
  readonly args: readonly Json[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** An error of a remotable method: the caller gets `cause`, and it counts as no failure of the conductor. */
export class ExpectedError extends Error {
  override readonly name = 'ExpectedError' as const;
  override readonly cause: NovaError;

  constructor(cause: NovaError) {
    super(cause.message);
    this.cause = cause;
  }
}

/**
 * The failure text of a reply, from which an oslo.messaging client raises the same exception.
 *
 * An error that is not Nova's travels as a RuntimeError that says its name: the caller learns that the conductor
 * failed, and no argument or stack of ours leaves with it.
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

/**
 * Whether a message that ended in this error would end in it again: what Nova refuses, what is no message, what no
 * table takes, and what no reader of ours was prepared for. Such a message is answered, or put aside with the reason,
 * and never tried again. A service of a cloud that is away is no refusal, whatever Nova calls it.
 */
export const isFinal = (error: unknown): error is Error =>
  (error instanceof NovaError && !error.passes) ||
  error instanceof MalformedMessage ||
  error instanceof ItemTooLarge ||
  isUnprepared(error);

/** A TypeError with a cause is how an unreachable service shows. */
const isUnprepared = (error: unknown): boolean =>
  (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) &&
  error.cause === undefined;

/**
 * Why a message was put aside, for people. The words of an error that is not ours may quote
 * the message, so they stay out.
 */
export const reasonOf = (error: Error): string =>
  isUnprepared(error) ? `${error.name}: no reader was prepared for it` : `${error.name}: ${error.message}`;
