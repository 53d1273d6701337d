import { DeclaredError, errorClass, type Declare } from './error-class.ts';
import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of messaging. */

const dispatcherError: Declare = /* @__NO_SIDE_EFFECTS__ */ (name, message) =>
  errorClass(DeclaredError, name, message, { module: 'oslo_messaging.rpc.dispatcher' });

/** No reply came in time. */
export const MessagingTimeout = errorClass(
  DeclaredError,
  'MessagingTimeout',
  'Timed out waiting for a reply to message ID {message_id}',
  { module: 'oslo_messaging.exceptions' },
);

/** No endpoint serves that version of the method. */
export const UnsupportedVersion = dispatcherError(
  'UnsupportedVersion',
  'Endpoint does not support RPC version {version}. Attempted method: {method}',
);

/** No endpoint has the method. */
export const NoSuchMethod = dispatcherError('NoSuchMethod', 'Endpoint does not support RPC method {method}');

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
