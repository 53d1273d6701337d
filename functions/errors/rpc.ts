import { novaError } from './error-class.ts';
import { NovaError, type ErrorText } from './nova-error.ts';

/* Errors of messaging. */

/** No reply came in time. */
export class MessagingTimeout extends novaError(
  'MessagingTimeout',
  'Timed out waiting for a reply to message ID {message_id}',
  { module: 'oslo_messaging.exceptions' },
) {}

/** No endpoint serves that version of the method. */
export class UnsupportedVersion extends novaError(
  'UnsupportedVersion',
  'Endpoint does not support RPC version {version}. Attempted method: {method}',
  { module: 'oslo_messaging.rpc.dispatcher' },
) {}

/** No endpoint has the method. */
export class NoSuchMethod extends novaError('NoSuchMethod', 'Endpoint does not support RPC method {method}', {
  module: 'oslo_messaging.rpc.dispatcher',
}) {}

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
