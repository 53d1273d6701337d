import { NovaError } from './nova-error.ts';

/* Errors of messages that oslo.messaging itself does not know. */

/**
 * A method was called with arguments that it does not take; a Nova client sees the TypeError that Python would raise.
 */
export class InvalidArguments extends NovaError {
  override readonly name = 'TypeError' as const;
  override readonly module = 'builtins' as const;

  constructor(method: string, argument: string, expected: string) {
    super(`${method}() argument ${argument || '(all)'}: ${expected}`, { method, argument });
  }
}

/** Another request runs under the same request id for the same servers, with other arguments. */
export class IncompatibleRequest extends NovaError {
  override readonly name = 'IncompatibleRequest' as const;

  constructor(method: string, requestId: string) {
    super(`${method} of request ${requestId} came before with other arguments; send it under another request id`);
  }
}

/** The stored documents of a request have expired or were never written; nobody can go on with it. */
export class RequestDocumentNotFound extends NovaError {
  override readonly name = 'RequestDocumentNotFound' as const;

  constructor(request: string) {
    super(`the documents of request ${request} are gone`, { request });
  }
}

/** The operation before is being wound up: the same request is tried again until it is its turn. */
export class OperationBusy extends NovaError {
  override readonly name = 'OperationBusy' as const;

  constructor(instance: string, owner: string) {
    super(`instance ${instance} is still ${owner}'s`, { instance, owner });
  }
}

/** A candidate for a live migration that cannot take the server: another one may. */
export class DestinationRejected extends Error {
  override readonly name = 'DestinationRejected' as const;
}

/** A candidate for a live migration that has not answered: it may still. */
export class DestinationUnheard extends Error {
  override readonly name = 'DestinationUnheard' as const;
}

/** A server that a compute gave back has no destination yet: the alternates are to be looked at. */
export class DestinationNotChosen extends Error {
  override readonly name = 'DestinationNotChosen' as const;
}

/** The destination of a move lies in another cell than its server. */
export class DestinationElsewhere extends Error {
  override readonly name = 'DestinationElsewhere' as const;
}

/** A request of which no store takes every part. */
export class RequestTooLarge extends NovaError {
  override readonly name = 'RequestTooLarge' as const;

  constructor(reason: string) {
    super(`the request is too large: ${reason}`);
  }
}
