import { PAYLOAD_LIMIT, jsonBytes, type Json, type JsonObject } from './json.ts';

/** What the language knows of an error, apart from its stack: Retry and Catch match on the names. */
export interface Failed {
  /** Absent for a Fail state, or a failed token, without an error. */
  readonly errorName: string | undefined;
  /** Further names that address it: a missed heartbeat is reported as States.Timeout. */
  readonly alsoKnownAs?: readonly string[];
  /** The task reported it, as against the state that holds the task. */
  readonly fromTask?: boolean;
}

/** A state failed; retriers and catchers decide what comes of it. */
export class Failure extends Error implements Failed {
  override readonly name = 'Failure';
  readonly errorName: string | undefined;
  readonly causeText: string | undefined;
  readonly alsoKnownAs: readonly string[];
  readonly fromTask: boolean;

  constructor(
    errorName: string | undefined,
    causeText: string | undefined,
    more: { alsoKnownAs?: readonly string[]; fromTask?: boolean; cause?: unknown } = {},
  ) {
    super(`${errorName ?? 'no error name'}: ${causeText ?? 'no cause'}`, { cause: more.cause });
    this.errorName = errorName;
    this.causeText = causeText;
    this.alsoKnownAs = more.alsoKnownAs ?? [];
    this.fromTask = more.fromTask ?? false;
  }

  /** As history events carry it: absent members are absent. */
  get details(): JsonObject {
    return {
      ...(this.errorName === undefined ? {} : { error: this.errorName }),
      ...(this.causeText === undefined ? {} : { cause: this.causeText }),
    };
  }

  /** As `$states.errorOutput` shows it: a timeout has an empty cause, anything else that is absent is null. */
  get errorOutput(): JsonObject {
    const absent = this.errorName === 'States.Timeout' ? '' : null;
    return { Error: this.errorName ?? null, Cause: this.causeText ?? absent };
  }
}

/**
 * Thrown by an invoked function's stand-in to fail its task with exactly this error and cause, as services other than
 * a function's own code do (any other Error becomes what Lambda makes of an exception).
 */
export class TaskFailure extends Error {
  readonly errorName: string;
  readonly causeText: string | undefined;

  constructor(errorName: string, causeText?: string) {
    super(causeText ?? errorName);
    this.name = 'TaskFailure';
    this.errorName = errorName;
    this.causeText = causeText;
  }
}

/** The execution or the iteration is over; its remaining promises end with this and nobody reports it. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** @throws Failure States.DataLimitExceeded when the value is too large to be passed on */
export function checkSize(value: Json, returnedBy: string, fromTask = false): Json {
  // A character takes at most three bytes per UTF-16 unit, so most values are cleared by their text's length alone.
  const text = JSON.stringify(value);
  if (text.length * 3 > PAYLOAD_LIMIT && jsonBytes(value) > PAYLOAD_LIMIT) {
    throw new Failure(
      'States.DataLimitExceeded',
      `The state/task '${returnedBy}' returned a result with a size exceeding the maximum number of bytes service limit.`,
      { fromTask },
    );
  }
  return value;
}
