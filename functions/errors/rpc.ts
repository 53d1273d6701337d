import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of messaging. */

/** No reply came in time. */
export class MessagingTimeout extends NovaError {
  override readonly name = 'MessagingTimeout' as const;
  override readonly module = 'oslo_messaging.exceptions';

  constructor(p: { readonly message_id: string }, options?: ErrorText) {
    super(`Timed out waiting for a reply to message ID ${p.message_id}`, { ...p }, options);
  }
}

/** No endpoint serves that version of the method. */
export class UnsupportedVersion extends NovaError {
  override readonly name = 'UnsupportedVersion' as const;
  override readonly module = 'oslo_messaging.rpc.dispatcher';

  constructor(p: { readonly version: string; readonly method: string | null }, options?: ErrorText) {
    super(`Endpoint does not support RPC version ${p.version}. Attempted method: ${p.method}`, { ...p }, options);
  }
}

/** No endpoint has the method. */
export class NoSuchMethod extends NovaError {
  override readonly name = 'NoSuchMethod' as const;
  override readonly module = 'oslo_messaging.rpc.dispatcher';

  constructor(p: { readonly method: string }, options?: ErrorText) {
    super(`Endpoint does not support RPC method ${p.method}`, { ...p }, options);
  }
}
/** A remote failure of a type that is not known here; the original name and text are kept. */
export class RemoteError extends NovaError {
  override readonly name = 'RemoteError' as const;
  override readonly module = 'oslo_messaging.rpc.client';

  constructor(
    p: { readonly exc_type: string; readonly value: string; readonly traceback: string | null },
    options?: ErrorText,
  ) {
    super(`Remote error: ${p.exc_type} ${p.value}`, { ...p }, options);
  }
}
